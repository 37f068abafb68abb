// The fields of an event as they were written, name and value; what lies inside others is named by its path.
import type { LogEntry } from '@streamstock/api';
import type { ReactNode } from 'react';
import { eventView } from './event-view.ts';
import { flatFields } from './flat-fields.ts';

export function EventFields({ entry }: { readonly entry: LogEntry }): ReactNode {
  const { event } = eventView(entry);
  const fields = flatFields({
    position: entry.position,
    arrivedAtMs: entry.arrivedAtMs,
    ...(entry.place === null ? {} : { 'place.device': entry.place.device, 'place.seq': entry.place.seq }),
    ...(entry.resuppliedBy === null ? {} : { resuppliedBy: entry.resuppliedBy }),
    ...event,
  });
  return (
    <dl>
      {fields.map(({ path, text }) => (
        <div key={path} style={{ display: 'contents' }}>
          <dt>{path}</dt>
          <dd className="sku">{text}</dd>
        </div>
      ))}
    </dl>
  );
}
