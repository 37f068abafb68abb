import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  liveStart,
  retryDelayMaxMs,
  retryDelayMinMs,
  retryDelayMs,
  settledAfterMs,
  silenceMs,
  stepLive,
  type LiveEffect,
  type LiveInput,
  type LiveState,
} from './live-session.ts';

function run(inputs: readonly LiveInput[]): { state: LiveState; effects: LiveEffect[] } {
  let state: LiveState = liveStart;
  const effects: LiveEffect[] = [];
  for (const input of inputs) {
    const step = stepLive(state, input);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

const lost = (nowMs: number, signedOut = false): LiveInput => ({ kind: 'lost', nowMs, signedOut, random: 0.5 });

test('it is live only after hello, not when the connection stands', () => {
  expect(
    run([
      { kind: 'start', nowMs: 0 },
      { kind: 'heard', nowMs: 5 },
    ]).state.kind,
  ).toBe('connecting');
  expect(
    run([
      { kind: 'start', nowMs: 0 },
      { kind: 'hello', nowMs: 5 },
    ]).state.kind,
  ).toBe('live');
});

test('a loss remembers since when, through every further failure, and forgets it when live again', () => {
  const down: LiveInput[] = [
    { kind: 'start', nowMs: 0 },
    { kind: 'hello', nowMs: 10 },
    lost(1_000),
    { kind: 'timer', nowMs: 2_000 },
    lost(3_000),
  ];
  expect(run(down).state).toMatchObject({ kind: 'waiting', lostAtMs: 1_000 });
  const up: LiveInput[] = [...down, { kind: 'timer', nowMs: 4_000 }, { kind: 'hello', nowMs: 4_100 }];
  expect(run(up).state).toMatchObject({ kind: 'live', lostAtMs: null });
});

test('delays grow to a bound and start small again only after it was live for a while', () => {
  const failures: LiveInput[] = [{ kind: 'start', nowMs: 0 }];
  for (let count = 1; count <= 12; count += 1)
    failures.push(lost(count * 100_000), { kind: 'timer', nowMs: count * 100_000 + 50_000 });
  const delays = run(failures).effects.flatMap((effect) =>
    effect.kind === 'set-timer' && effect.delayMs !== silenceMs ? [effect.delayMs] : [],
  );
  expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  expect(Math.max(...delays)).toBeLessThanOrEqual(retryDelayMaxMs);

  const flapping = run([...failures, { kind: 'hello', nowMs: 2_000_000 }, lost(2_000_000 + settledAfterMs - 1)]);
  expect(flapping.state).toMatchObject({ attempt: 13 });
  const settled = run([...failures, { kind: 'hello', nowMs: 2_000_000 }, lost(2_000_000 + settledAfterMs)]);
  expect(settled.state).toMatchObject({ attempt: 0 });
});

test('silence is a loss; a heartbeat puts it off', () => {
  const connected: LiveInput[] = [
    { kind: 'start', nowMs: 0 },
    { kind: 'hello', nowMs: 0 },
  ];
  expect(run([...connected, { kind: 'timer', nowMs: silenceMs }]).state.kind).toBe('waiting');
  const heard = run([...connected, { kind: 'heard', nowMs: 30_000 }, { kind: 'timer', nowMs: silenceMs }]);
  expect(heard.state.kind).toBe('live');
  expect(heard.effects.at(-1)).toEqual({ kind: 'set-timer', delayMs: 30_000 });
});

test('not being signed in ends it until it is started again', () => {
  const refused = run([
    { kind: 'start', nowMs: 0 },
    lost(10, true),
    { kind: 'timer', nowMs: 60_000 },
    { kind: 'nudge', nowMs: 60_000 },
  ]);
  expect(refused.state.kind).toBe('signed-out');
  expect(stepLive(refused.state, { kind: 'start', nowMs: 70_000 }).state.kind).toBe('connecting');
});

test('a nudge (the network is back, the page is looked at) tries at once, but never a second time beside an attempt', () => {
  const waiting: LiveInput[] = [{ kind: 'start', nowMs: 0 }, lost(10)];
  expect(
    run([...waiting, { kind: 'nudge', nowMs: 20 }]).effects.filter((effect) => effect.kind === 'connect'),
  ).toHaveLength(2);
  expect(
    run([...waiting, { kind: 'nudge', nowMs: 20 }, { kind: 'nudge', nowMs: 21 }]).effects.filter(
      (effect) => effect.kind === 'connect',
    ),
  ).toHaveLength(2);
});

test('jitter keeps a delay between half its ceiling and its ceiling', () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const delay = retryDelayMs(attempt, random);
      const ceiling = Math.min(retryDelayMaxMs, retryDelayMinMs * 2 ** Math.min(attempt, 16));
      expect(delay).toBeGreaterThanOrEqual(Math.floor(ceiling / 2));
      expect(delay).toBeLessThanOrEqual(ceiling);
    }),
  );
});

test('whatever comes in whatever order: one connection at most, and while it runs always a timer that leads on', () => {
  const kind = fc.constantFrom('start', 'stop', 'heard', 'hello', 'timer', 'nudge', 'lost', 'refused');
  fc.assert(
    fc.property(fc.array(fc.tuple(kind, fc.nat(60_000)), { maxLength: 60 }), (script) => {
      let state: LiveState = liveStart;
      let connections = 0;
      let timer = false;
      let nowMs = 0;
      for (const [name, afterMs] of script) {
        nowMs += afterMs;
        // The outside world only reports losses of a connection there is, and timers that were set.
        if ((name === 'lost' || name === 'refused') && connections === 0) continue;
        if (name === 'timer' && !timer) continue;
        if (name === 'timer') timer = false;
        const input: LiveInput =
          name === 'lost' || name === 'refused'
            ? { kind: 'lost', nowMs, signedOut: name === 'refused', random: 0.3 }
            : { kind: name, nowMs };
        const step = stepLive(state, input);
        state = step.state;
        for (const effect of step.effects) {
          if (effect.kind === 'connect') connections += 1;
          if (effect.kind === 'disconnect') connections = 0;
          if (effect.kind === 'set-timer') timer = true;
          if (effect.kind === 'clear-timer') timer = false;
        }
        expect(connections).toBeLessThanOrEqual(1);
        const running = state.kind !== 'idle' && state.kind !== 'signed-out';
        expect(timer).toBe(running);
        expect(connections === 1).toBe(state.kind === 'connecting' || state.kind === 'live');
      }
    }),
  );
});
