import { IconHome } from '@tabler/icons-react';
import { describe, expect, test, vi } from 'vitest';
import { Arithmetic } from './arithmetic.tsx';
import type { ArithmeticRow } from './arithmetic-rows.ts';
import { ErrorStrip } from './error-strip.tsx';
import { Figure } from './figure.tsx';
import { freshnessAt, Freshness } from './freshness.tsx';
import { Keypad } from './keypad.tsx';
import { ProgressSteps } from './progress-steps.tsx';
import { RecordState } from './record-state.tsx';
import { StateBadge } from './state-badge.tsx';
import { Stepper } from './stepper.tsx';
import { severityRank, stateIcons, stockStates, worstState } from './stock-state.ts';
import { TabBar } from './tab-bar.tsx';
import { TillRoll } from './till-roll.tsx';
import { render, textOf } from '../testing/render.tsx';

const nothing = (): void => undefined;
const now = Date.UTC(2026, 10, 21, 10, 42);

describe('zero, nothing and unknown are three things', () => {
  test.each([
    ['zero', <Figure key="0" value={0} />, '0'],
    ['unknown', <Figure key="n" value={null} />, '— Unknown'],
    ['not counted', <StateBadge key="b" state="not-counted" />, 'Not counted'],
    ['counted, and none there', <StateBadge key="c" state="counted" quantity={0} />, 'Counted 0'],
    [
      'a line without a price',
      <TillRoll
        key="t"
        label="x"
        lines={[{ key: 'a', quantity: 1, name: 'Oat', amount: null }]}
        current={null}
        onSelect={nothing}
      />,
      '1 Oat — Unknown',
    ],
  ])('%s', (_name, node, expected) => {
    expect(textOf(render(node))).toBe(expected);
  });
});

describe('freshness', () => {
  test('a stale figure carries rule and words, also where the words are only read out', () => {
    const stale = { kind: 'stale', asOf: now - 50 * 3_600_000 } as const;
    const html = render(<Figure value={31} freshness={stale} freshnessWords="hidden" now={now} />);
    expect(html).toContain('data-freshness="stale"');
    expect(textOf(html)).toBe('31 as of Thu');
  });

  test('an estimate says so; a current figure says nothing', () => {
    expect(textOf(render(<Freshness kind="estimate">12</Freshness>))).toBe('12 estimate');
    expect(
      textOf(
        render(
          <Freshness kind="current" asOf={now}>
            12
          </Freshness>,
        ),
      ),
    ).toBe('12');
  });

  test.each([
    [now - 15 * 60_000, false, 'current'],
    [now - 15 * 60_000 - 1, false, 'stale'],
    [now, true, 'stale'],
    [null, false, 'stale'],
  ])('heard from at %s, offline %s: %s', (heardAtMs, offline, kind) => {
    expect(freshnessAt(heardAtMs, now, offline).kind).toBe(kind);
  });
});

describe('stock states', () => {
  test('every state but "in stock" has a word on its badge and the same word as the name of its icon', () => {
    for (const state of stockStates.filter((listed) => listed !== 'in-stock')) {
      const word = textOf(render(<StateBadge state={state} />));
      expect(word).not.toBe('');
      expect(render(<StateBadge state={state} dense />)).toContain(`aria-label="${word}"`);
    }
    expect(render(<StateBadge state="in-stock" />)).toBe('');
  });

  test('no two states share an icon', () => {
    const icons = Object.values(stateIcons);
    expect(new Set(icons).size).toBe(icons.length);
  });

  test('the worst of several conditions takes the one badge', () => {
    expect(worstState(['low', 'recount', 'oversold', 'incoming'])).toBe('oversold');
    expect(worstState(['incoming', 'counted'])).toBeNull();
    expect(severityRank('out')).toBeLessThan(severityRank('critical'));
    expect(severityRank('in-stock')).toBe(severityRank('incoming'));
  });
});

test.each([
  ['saving', 'Saving…'],
  ['saved', 'Saved on this device'],
  ['sent', 'Sent'],
  ['attention', 'Needs attention'],
] as const)('a record that is %s reads "%s", with or without the word beside it', (state, word) => {
  expect(textOf(render(<RecordState state={state} withWord />))).toBe(word);
  expect(render(<RecordState state={state} />)).toContain(`aria-label="${word}"`);
});

describe('the till roll of a figure', () => {
  const rows: ArithmeticRow[] = [
    { key: 'count', label: 'Count', quantity: 30, baseline: true },
    { key: 'received', label: 'Received', quantity: 12 },
    {
      key: 'sold',
      label: 'Sold, 14 sales',
      quantity: -17,
      folded: [{ key: 'one', label: 'Sold 10:12', quantity: -17 }],
    },
    { key: 'now', label: 'Sold 10:37', quantity: -1, state: 'saved' },
  ];
  const roll = (quantity: number | null, given = rows): string =>
    render(<Arithmetic caption="Why" rows={given} total={{ label: 'On hand', quantity }} />);

  test('movements are signed, the baseline and the total are not, inner rows are folded away', () => {
    expect(textOf(roll(24))).toBe('Why Count 30 Received +12 Sold, 14 sales −17 Sold 10:37 −1 On hand 24');
    expect(roll(24)).toContain('aria-expanded="false"');
    expect(roll(24)).toContain('aria-label="Saved on this device"');
  });

  test('what does not add up is named', () => {
    expect(textOf(roll(23))).toContain('Not explained here −1 On hand 23');
    expect(textOf(roll(25))).toContain('Not explained here +1 On hand 25');
  });

  test('nothing is claimed where a part is unknown, or where rows compare rather than add', () => {
    expect(textOf(roll(null))).not.toContain('Not explained');
    expect(textOf(roll(99, [...rows, { key: 'x', label: 'Lost', quantity: null }]))).not.toContain('Not explained');
    expect(textOf(roll(-1, [...rows, { key: 'x', label: 'Should be', quantity: 24, result: true }]))).not.toContain(
      'Not explained',
    );
  });
});

describe('keys', () => {
  const keypad = (props: Partial<Parameters<typeof Keypad>[0]>): string =>
    render(<Keypad label="Feta" value="" onChange={nothing} onSet={nothing} {...props} />);
  const keysOf = (html: string): string[] =>
    [...html.matchAll(/<button[^>]*>(.*?)<\/button>/g)].map((match) => textOf(match[1] ?? ''));

  test('quantities have 7-8-9 on top, PINs 1-2-3', () => {
    expect(keysOf(keypad({})).join(' ').replaceAll(/\s+/g, ' ')).toBe('7 8 9 4 5 6 1 2 3 0 00 Set');
    expect(
      keysOf(keypad({ layout: 'pin' }))
        .join(' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    ).toBe('1 2 3 4 5 6 7 8 9 0');
  });

  test('weighed items get the decimal mark in place of 00', () => {
    expect(keysOf(keypad({ decimals: 3 }))).toContain('.');
    expect(keysOf(keypad({ decimals: 3 }))).not.toContain('00');
  });

  test('an empty entry is no zero, and a PIN is never shown', () => {
    expect(textOf(keypad({}))).toContain('Feta —');
    expect(textOf(keypad({ layout: 'pin', value: '0429' }))).toContain('•••• 4 digits entered');
    expect(keypad({ layout: 'pin', value: '0429' })).not.toContain('0429');
  });
});

test('a stepper at its limit stays where it is and says so', () => {
  const html = render(<Stepper label="Oat drink" value={0} onChange={nothing} />);
  expect(html).toMatch(/aria-label="One less: Oat drink" aria-disabled="true"/);
  expect(html).toMatch(/aria-label="One more: Oat drink" aria-disabled="false"/);
});

test('an error says what happened, what is safe and what to do, and is announced', () => {
  const html = render(
    <ErrorStrip
      what="This sale was not saved."
      safe="It is still on the screen."
      todo="Free some space."
      code="E-7F3A"
    />,
  );
  expect(textOf(html)).toBe('This sale was not saved. It is still on the screen. Free some space. E-7F3A');
  expect(html).toContain('role="alert"');
});

test('progress shows real counts, and a bar only where the whole is known', () => {
  const html = render(
    <ProgressSteps
      steps={[
        { key: 'a', label: 'Items', state: 'done', doneCount: 2400, totalCount: 2400 },
        { key: 'b', label: 'Stock', state: 'running', doneCount: 1200, totalCount: 2310 },
        { key: 'c', label: 'History', state: 'running', doneCount: 7, totalCount: null },
        { key: 'd', label: 'Rest', state: 'waiting', doneCount: 0, totalCount: 5 },
        { key: 'e', label: 'Bytes', state: 'running', doneCount: 34, totalCount: 100, amount: '3 MB of 10 MB' },
      ]}
      note="You can sell now"
    />,
  );
  expect(textOf(html)).toBe('Items 2,400 Stock 1,200 of 2,310 History 7 Rest Bytes 3 MB of 10 MB You can sell now');
  expect(html.match(/<progress/g)).toHaveLength(2);
  expect(html).toContain('max="2310" value="1200"');
});

test('tabs are links, the present one is marked, and a count of zero is not shown', () => {
  const items = [
    { key: 'today', label: 'Today', icon: IconHome, href: '/store/' },
    { key: 'tasks', label: 'Tasks', icon: IconHome, href: '/store/tasks', count: 0 },
    { key: 'device', label: 'Device', icon: IconHome, href: '/store/device', attention: true },
  ];
  const onNavigate = vi.fn<(href: string) => void>();
  const html = render(<TabBar items={items} current="today" onNavigate={onNavigate} label="Places" />);
  expect(html.match(/aria-current="page"/g)).toHaveLength(1);
  expect(html).toContain('href="/store/tasks"');
  expect(textOf(html)).toBe('Today Tasks Needs attention Device');
  expect(onNavigate).not.toHaveBeenCalled();
});
