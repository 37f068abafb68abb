// One row for each task: icon, what, why in one line, the number that matters, and where it leads.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { formatAge, formatMoment, TaskRow } from '@streamstock/ui';
import {
  IconAlertTriangleFilled,
  IconBarcode,
  IconClipboardList,
  IconNotes,
  IconSquareMinusFilled,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useCatalogue, useDevice } from '../../device/use-device.tsx';
import { useGo } from '../../shell/use-go.ts';
import type { Task } from './tasks.ts';

const DRAFT_PATHS = {
  sale: '/sell',
  delivery: '/receive',
  return: '/return',
  adjustment: '/adjust',
  count: '/count',
} as const;

export function taskKey(task: Task): string {
  switch (task.kind) {
    case 'oversold':
      return `oversold ${task.item}`;
    case 'unknown-code':
      return `code ${task.code}`;
    case 'draft':
      return task.draft.key;
    default:
      return task.kind;
  }
}

export function TaskRows({ tasks }: { readonly tasks: readonly Task[] }): ReactNode {
  return tasks.map((task) => <OneTask key={taskKey(task)} task={task} />);
}

function OneTask({ task }: { readonly task: Task }): ReactNode {
  switch (task.kind) {
    case 'attention':
      return <AttentionTask count={task.count} />;
    case 'oversold':
      return <OversoldTask {...task} />;
    case 'recount':
      return <RecountTask items={task.items} />;
    case 'unknown-code':
      return <UnknownCodeTask {...task} />;
    case 'draft':
      return <DraftTask draft={task.draft} />;
  }
}

function useLink() {
  const go = useGo();
  return (path: string) => ({ href: go.href(path), onPress: () => go.to(path) });
}

function AttentionTask({ count }: { readonly count: number }): ReactNode {
  const { t } = useLingui();
  const link = useLink();
  return (
    <TaskRow
      icon={IconAlertTriangleFilled}
      tone="crit"
      name={t({
        message: plural(count, { one: '# change needs attention', other: '# changes need attention' }),
        comment: 'Task: head office set changes of this device aside, or its disk spoilt them.',
      })}
      why={t({
        message: 'Open it to see what to do. The rest goes on.',
        comment: 'Why a change needs attention; one line.',
      })}
      figure={count}
      {...link('/device/outbox')}
    />
  );
}

function OversoldTask({ item, quantity, sinceMs }: Extract<Task, { kind: 'oversold' }>): ReactNode {
  const { t } = useLingui();
  const row = useCatalogue().index.item(item);
  const { clock } = useDevice();
  const link = useLink();
  const name = row?.name ?? item;
  const time = formatMoment(sinceMs, clock());
  return (
    <TaskRow
      icon={IconSquareMinusFilled}
      tone="crit"
      name={t({ message: `Oversold: ${name}`, comment: 'Task; the name of an item follows.' })}
      why={t({
        message: `More sold than we knew of · ${time}`,
        comment: 'Why an item is oversold, and since when: 10:42 or Thu; one line of 34 letters.',
      })}
      figure={quantity}
      scale={row?.quantityScale ?? 0}
      {...link(`/items/${encodeURIComponent(item)}`)}
    />
  );
}

function RecountTask({ items }: { readonly items: readonly string[] }): ReactNode {
  const { t } = useLingui();
  const link = useLink();
  const count = items.length;
  return (
    <TaskRow
      icon={IconClipboardList}
      tone="warn"
      name={t({
        message: plural(count, { one: 'Recount # item', other: 'Recount # items' }),
        comment: 'Task: figures that should be counted again.',
      })}
      why={t({
        message: 'A sale and a count lie too near together',
        comment: 'Why items should be recounted: it can not be told which came first; one line of 40 letters.',
      })}
      figure={count}
      {...link('/count?recount')}
    />
  );
}

function UnknownCodeTask({ code, atMs, times }: Extract<Task, { kind: 'unknown-code' }>): ReactNode {
  const { t } = useLingui();
  const { clock } = useDevice();
  const link = useLink();
  const time = formatMoment(atMs, clock());
  return (
    <TaskRow
      icon={IconBarcode}
      tone="warn"
      name={t({ message: `Unknown code ${code}`, comment: 'Task: a scanned code that no item has.' })}
      why={t({
        message: plural(times, { one: `Scanned once, ${time}`, other: `Scanned # times, last ${time}` }),
        comment: 'About an unknown code; time is 10:42 or Thu; one line.',
      })}
      {...link(`/items?code=${encodeURIComponent(code)}`)}
    />
  );
}

function DraftTask({ draft }: { readonly draft: Extract<Task, { kind: 'draft' }>['draft'] }): ReactNode {
  const { t } = useLingui();
  const { clock } = useDevice();
  const link = useLink();
  const { kind, lines, atMs } = draft;
  const names = {
    sale: t({
      message: plural(lines, { one: 'Sale on hold · # line', other: 'Sale on hold · # lines' }),
      comment: 'Task: an unfinished sale.',
    }),
    delivery: t({
      message: plural(lines, { one: 'Delivery on hold · # line', other: 'Delivery on hold · # lines' }),
      comment: 'Task: an unfinished delivery.',
    }),
    return: t({
      message: plural(lines, { one: 'Return on hold · # line', other: 'Return on hold · # lines' }),
      comment: 'Task: an unfinished return.',
    }),
    adjustment: t({
      message: plural(lines, { one: 'Correction on hold · # line', other: 'Correction on hold · # lines' }),
      comment: 'Task: an unfinished correction of stock.',
    }),
    count: t({
      message: plural(lines, { one: 'Count under way · # line counted', other: 'Count under way · # lines counted' }),
      comment: 'Task: an unfinished count.',
    }),
  };
  const age = formatAge(clock() - atMs);
  return (
    <TaskRow
      icon={IconNotes}
      name={names[kind]}
      why={t({
        message: `Safe on this device · ${age}`,
        comment: 'About an unfinished sale or count; age is 38 min or just now; one line.',
      })}
      figure={lines}
      {...link(`${DRAFT_PATHS[kind]}/${draft.key}`)}
    />
  );
}
