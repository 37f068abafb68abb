// What an event means, in words: what happened where and when, which goods, and how it got here.
import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import type { LogEntry } from '@streamstock/api';
import { msFromHybridTime } from '@streamstock/event-log';
import { Figure, formatAge } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { formatFullMoment } from '../../text/full-moment.ts';
import { useEventWords } from '../../words/event-words.ts';
import { useEventDetails } from './event-details.ts';
import classes from './event-pane.module.css';
import { entryLatenessMs, eventView, type TouchedLine } from './event-view.ts';
import type { Names } from './use-names.ts';

/** Goods listed one by one; a document of a thousand lines is told by number. */
const linesMax = 200;

interface GoodsProps {
  readonly lines: readonly TouchedLine[];
  readonly store: string | null;
  readonly names: Names;
}

function signed(line: TouchedLine): number {
  return line.effect === 'out' ? -line.quantity : line.quantity;
}

function Goods({ lines, store, names }: GoodsProps): ReactNode {
  const omitted = lines.length - linesMax;
  return (
    <table className={classes['lines']}>
      <thead>
        <tr>
          <th scope="col">
            <Trans comment="Column head. One word.">Item</Trans>
          </th>
          <th scope="col" data-num="">
            <Trans comment="Column head: how many. One word.">Quantity</Trans>
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.slice(0, linesMax).map((line, index) => (
          <tr key={`${line.item} ${index}`}>
            <th scope="row">
              <Link to="/items/$item" params={{ item: line.item }} search={store === null ? {} : { store }}>
                {names.item(line.item)}
              </Link>
            </th>
            <td data-num="">
              <Figure
                value={signed(line)}
                scale={names.itemScale(line.item)}
                signed={line.effect === 'in' || line.effect === 'out'}
              />
            </td>
          </tr>
        ))}
        {omitted > 0 && (
          <tr>
            <td colSpan={2}>
              <Trans comment="Under a long list of goods; the number is how many are not listed.">
                and {omitted} more lines
              </Trans>
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

export interface EventWordsViewProps {
  readonly entry: LogEntry;
  readonly names: Names;
}

function Times({ entry }: { readonly entry: LogEntry }): ReactNode {
  const { event, occurredAtMs } = eventView(entry);
  const lateMs = entryLatenessMs(entry);
  const isStated = event !== null && event.occurredAt !== event.recordedAt;
  const age = lateMs === null ? '' : formatAge(lateMs);
  return (
    <>
      <dt>
        <Trans comment="Before a moment: when it happened.">Happened</Trans>
      </dt>
      <dd>{formatFullMoment(occurredAtMs)}</dd>
      {isStated && (
        <>
          <dt>
            <Trans comment="Before a moment: when it was written down; a person stated another time for when it happened.">
              Written down
            </Trans>
          </dt>
          <dd>{formatFullMoment(msFromHybridTime(event.recordedAt))}</dd>
        </>
      )}
      <dt>
        <Trans comment="Before a moment: when the centre got it.">Came in</Trans>
      </dt>
      <dd>
        {formatFullMoment(entry.arrivedAtMs)}
        {lateMs !== null && (
          <>
            {' '}
            (<Trans comment="After a moment: how much later than it happened.">{age} later</Trans>)
          </>
        )}
      </dd>
    </>
  );
}

/** Which device made it, and which one handed it back after a restore. */
function Origin({ entry: { place, resuppliedBy }, names }: EventWordsViewProps): ReactNode {
  const { t } = useLingui();
  const bringer = resuppliedBy === null ? '' : names.device(resuppliedBy);
  return (
    <>
      <dt>{t({ message: 'Device', comment: 'Column head. One word.' })}</dt>
      <dd>
        {place === null ? (
          <Trans comment="Instead of a device's name: the centre got this event back from another device. Short.">
            not known until it sends this itself
          </Trans>
        ) : (
          names.device(place.device)
        )}
      </dd>
      {resuppliedBy !== null && (
        <>
          <dt>
            <Trans comment="Before a device: it handed back this event after the centre was restored. Two words.">
              Brought back
            </Trans>
          </dt>
          <dd>
            <Trans comment="A device that handed back an event after the centre was restored.">
              by {bringer}, after a restore
            </Trans>
          </dd>
        </>
      )}
    </>
  );
}

/** Why the centre keeps an event without counting it. */
function Reason({ entry }: { readonly entry: LogEntry }): ReactNode {
  const words = useEventWords();
  const { event } = eventView(entry);
  if (event?.type !== 'EventSetAside') return null;
  const { reason, detail } = event.payload;
  return (
    <>
      {typeof reason === 'string' && (
        <>
          <dt>
            <Trans comment="Before the reason for which an event is kept but not counted. One word.">Why</Trans>
          </dt>
          <dd>{words.setAsideReason(reason)}</dd>
        </>
      )}
      {typeof detail === 'string' && (
        <>
          <dt>
            <Trans comment="Before the centre's own sentence about an event it set aside. One word.">Note</Trans>
          </dt>
          <dd>{detail}</dd>
        </>
      )}
    </>
  );
}

export function EventWordsView({ entry, names }: EventWordsViewProps): ReactNode {
  const { t } = useLingui();
  const words = useEventWords();
  const details = useEventDetails(names);
  const view = eventView(entry);
  const { event, payload, lines, problem } = view;
  if (event === null) {
    return (
      <p className={classes['sentence']}>
        {t({
          message: 'These bytes are not understood. They are kept as they are.',
          comment: 'In the pane for one event.',
        })}
      </p>
    );
  }
  const summary = lines.length > 1 ? '' : details(view);
  const { reference } = (payload?.payload ?? {}) as { readonly reference?: string };
  return (
    <>
      <p className={classes['sentence']}>
        {words.type(event.type)}
        {summary !== '' && ` · ${summary}`}
      </p>
      {problem !== null && <p className="ss-body">{problem}</p>}
      <dl>
        {event.store !== null && (
          <>
            <dt>{t({ message: 'Store', comment: 'Column head. One word.' })}</dt>
            <dd>{names.store(event.store)}</dd>
          </>
        )}
        <Origin entry={entry} names={names} />
        {reference !== undefined && (
          <>
            <dt>
              {t({ message: 'Reference', comment: 'Before the number of a delivery note or receipt. One word.' })}
            </dt>
            <dd className="sku">{reference}</dd>
          </>
        )}
        <Reason entry={entry} />
        <Times entry={entry} />
      </dl>
      {lines.length > 0 && <Goods lines={lines} store={event.store} names={names} />}
    </>
  );
}
