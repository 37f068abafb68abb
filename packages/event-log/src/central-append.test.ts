import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePush, pushPlanner, seqsOf, type Push, type PushContext, type PushPlan } from './central-append.ts';
import { deviceChainStart } from './chain.ts';
import type { DeviceRecord } from './device-record.ts';
import { REVOKED_EVENTS_MAX } from './limits.ts';
import { RulingPayloads } from './ruling.ts';
import { sha256 } from './sha256.ts';
import { START_MS, TestDevice, testPlanner, testSeal } from './testing/central-fixtures.ts';

function recordOf(device: TestDevice, acceptedSeq: number, changes: Partial<DeviceRecord> = {}): DeviceRecord {
  return {
    device: device.device,
    store: device.store,
    kind: 'installation',
    label: '',
    parent: null,
    enrolledAtMs: START_MS,
    revokedAtMs: null,
    revokedAtSeq: null,
    accepted: { seq: acceptedSeq, hash: device.hashAt(acceptedSeq) },
    ...changes,
  };
}

/** What a centre that holds `held` up to `acceptedSeq` says to a push. */
function judge(push: Push, held: TestDevice, acceptedSeq: number, changes: Partial<PushContext> = {}): PushPlan {
  const record = recordOf(held, acceptedSeq);
  const parsed = parsePush(push);
  if (!('lines' in parsed)) throw new Error('The lines are events.');
  const heldHashes = new Map(seqsOf(push, record.accepted).map((seq) => [seq, held.hashAt(seq)]));
  return testPlanner.push(push, parsed.lines, {
    record,
    heldHashes,
    holes: [],
    known: new Map(),
    lastEffective: null,
    ...changes,
  });
}

const till = () => new TestDevice({ device: 'till-a', store: 'porto' });

describe('judging a push', () => {
  it('accepts whatever overlaps or follows what is held, exactly its new lines, and calls the rest a gap', () => {
    const device = till();
    device.writeMany(30);
    const seq = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(seq, seq, fc.integer({ min: 0, max: 30 }), (one, other, acceptedSeq) => {
        const [first, last] = [Math.min(one, other), Math.max(one, other)];
        const { outcome, entries } = judge(device.push(first, last), device, acceptedSeq);
        const expected = first > acceptedSeq + 1 ? 'gap' : 'accepted';
        expect(outcome.kind).toBe(expected);
        const fresh = expected === 'gap' ? [] : device.log.slice(Math.max(acceptedSeq, first - 1), last);
        expect(entries.map(({ place }) => place)).toEqual(fresh.map(({ place }) => place));
        const mark = fresh.at(-1)?.place ?? { seq: acceptedSeq, hash: device.hashAt(acceptedSeq) };
        expect(outcome).toMatchObject({ mark: { seq: mark.seq, hash: mark.hash } });
      }),
    );
  });

  it('tells a clone from what it was cloned from wherever they part, unless they never did', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        (common, ahead, own) => {
          const device = till();
          if (common > 0) device.writeMany(common);
          const clone = device.clone();
          device.writeMany(ahead);
          clone.writeMany(own);
          const acceptedSeq = device.log.length;
          for (let first = 1; first <= Math.min(clone.log.length, acceptedSeq + 1); first += 1) {
            for (let last = first; last <= clone.log.length; last += 1) {
              const expected = last <= common ? 'accepted' : 'forked';
              expect(judge(clone.push(first, last), device, acceptedSeq).outcome.kind).toBe(expected);
            }
          }
        },
      ),
    );
  });

  it('finds any bent line, and says that nothing before the first new one is in doubt', () => {
    const device = till();
    device.writeMany(6);
    for (let bent = 0; bent < 4; bent += 1) {
      const push = device.push(3, 6);
      const lines = push.lines.map((line, index) => (index === bent ? line.replace('"amount":1', '"amount":2') : line));
      expect(judge({ ...push, lines }, device, 2).outcome).toMatchObject({ kind: 'damaged', seq: 3, mark: { seq: 2 } });
      expect(judge({ ...push, lines }, device, 4).outcome).toMatchObject({ kind: 'damaged', seq: 5, mark: { seq: 4 } });
    }
    expect(judge({ ...device.push(1, 6), hashAfter: device.hashAt(5) }, device, 0).outcome).toMatchObject({
      kind: 'damaged',
    });
    expect(judge({ ...device.push(1, 6), hashBefore: device.hashAt(1) }, device, 0).outcome).toMatchObject({
      kind: 'forked',
    });
  });

  it('refuses who is unknown before anything else', () => {
    const device = till();
    device.writeMany(2);
    expect(judge(device.push(2, 2), device, 0, { record: null }).outcome).toEqual({
      kind: 'refused',
      reason: 'unknown-device',
    });
  });

  it('sets aside what a revoked device pushes, up to a bound', () => {
    const device = till();
    device.write({}, { store: 'braga' });
    const planned = (revokedAtSeq: number) => {
      const record = recordOf(device, 0, { revokedAtMs: START_MS, revokedAtSeq });
      return judge(device.push(), device, 0, { record });
    };
    const reasons = planned(0).entries.map(({ rulings }) =>
      rulings.map(({ payload }) => ('reason' in payload ? payload.reason : '')),
    );
    expect(reasons).toEqual([['revoked-device'], ['revoked-device', 'other-store']]);
    expect(planned(2 - REVOKED_EVENTS_MAX).outcome.kind).toBe('accepted');
    expect(planned(1 - REVOKED_EVENTS_MAX).outcome).toEqual({ kind: 'refused', reason: 'revoked' });
    const gone = recordOf(device, 2, { revokedAtMs: START_MS, revokedAtSeq: -REVOKED_EVENTS_MAX });
    expect(judge(device.push(), device, 2, { record: gone }).outcome).toMatchObject({ kind: 'accepted', appended: 0 });
  });

  it('gives a known id a place, keeps other bytes aside, also within one push', () => {
    const device = till();
    const [first] = device.writeMany(1);
    device.copyIn(first?.line ?? '');
    device.write({ id: first?.event.id ?? '', payload: { amount: 5 } });
    const { entries, outcome } = judge(device.push(), device, 0);
    expect(entries.map(({ kind }) => kind)).toEqual(['new', 'known', 'kept-aside']);
    expect(outcome).toMatchObject({ appended: 1, known: 2 });
    const known = judge(device.push(), device, 0, {
      known: new Map([
        [first?.event.id ?? '', { line: first?.line ?? '', device: 'till-a', setAsideAsResupplied: false }],
      ]),
    });
    expect(known.entries.map(({ kind }) => kind)).toEqual(['known', 'known', 'kept-aside']);
    expect(known.entries.flatMap(({ rulings }) => rulings)).toEqual([]);
  });

  it('judges sender, content and time of what is new, each with its own ruling', () => {
    const device = till();
    device.nowMs += 3 * 24 * 3_600_000;
    device.write({ store: 'braga', payload: { bad: true } });
    const push = device.push(1, 1, { arrivalMs: START_MS, clockOffsetMs: 0 });
    const [entry] = judge(push, device, 0).entries;
    expect(entry?.rulings.map(({ type, payload }) => [type, 'reason' in payload ? payload.reason : ''])).toEqual([
      ['EventSetAside', 'other-store'],
      ['EventSetAside', 'invalid-payload'],
      ['EventRetimed', ''],
    ]);
    expect(entry?.rulings.every(({ payload }) => payload.target === entry.event.id)).toBe(true);
  });

  it('lets writers of the chain write for any store, and the centre alone write rulings', () => {
    const device = till();
    device.write(
      { store: 'braga' },
      { store: null, audience: 'all' },
      { type: 'EventVoided', payload: { target: 'x', reason: '' } },
    );
    const kindsFor = (changes: Partial<DeviceRecord>) =>
      judge(device.push(), device, 0, { record: recordOf(device, 0, changes) }).entries.map(({ kind, rulings }) => [
        kind,
        rulings.length,
      ]);
    expect(kindsFor({ kind: 'centre', store: null })).toEqual([
      ['new', 0],
      ['new', 0],
      ['new', 0],
    ]);
    expect(kindsFor({ kind: 'importer', store: null })).toEqual([
      ['new', 0],
      ['new', 0],
      ['kept-aside', 1],
    ]);
    expect(kindsFor({})).toEqual([
      ['new', 1],
      ['new', 1],
      ['kept-aside', 1],
    ]);
  });

  it('C6 sets aside what its judge fails on, and judges the rest', () => {
    const device = till();
    device.writeMany(3);
    const failing = pushPlanner(
      sha256,
      (id) => deviceChainStart(sha256, id),
      ({ id }) => {
        if (id === device.log[1]?.event.id) throw new Error('A bug. '.repeat(100));
        return [];
      },
      testSeal,
    );
    const push = device.push();
    const parsed = parsePush(push);
    if (!('lines' in parsed)) throw new Error('The lines are events.');
    const context = {
      record: recordOf(device, 0),
      heldHashes: new Map(),
      holes: [],
      known: new Map(),
      lastEffective: null,
    };
    const { entries } = failing.push(push, parsed.lines, context);
    expect(entries.map(({ rulings }) => rulings.length)).toEqual([0, 1, 0]);
    const payload = entries[1]?.rulings[0]?.payload;
    expect(payload).toMatchObject({ reason: 'not-judged' });
    expect(RulingPayloads.EventSetAside.safeParse(payload).success).toBe(true);
  });

  it('judges nothing twice that is sent twice', () => {
    const device = till();
    device.write({ payload: { bad: true } }, { payload: { bad: true } });
    let judged = 0;
    const planner = pushPlanner(
      sha256,
      (id) => deviceChainStart(sha256, id),
      () => {
        judged += 1;
        return [];
      },
      testSeal,
    );
    const push = device.push();
    const parsed = parsePush(push);
    if (!('lines' in parsed)) throw new Error('The lines are events.');
    const heldHashes = new Map([[1, device.hashAt(1)]]);
    planner.push(push, parsed.lines, {
      record: recordOf(device, 1),
      heldHashes,
      holes: [],
      known: new Map(),
      lastEffective: null,
    });
    expect(judged).toBe(1);
  });
});

describe('parsing a push', () => {
  it('names the first line that is no event, and why', () => {
    const device = till();
    device.writeMany(3);
    const push = device.push();
    const withLine = (line: string) => parsePush({ ...push, lines: [push.lines[0] ?? '', line, 'x'] });
    expect(withLine('{"id":')).toEqual({ badLine: 1, problem: { kind: 'not-json' } });
    expect(withLine('[]')).toMatchObject({ badLine: 1, problem: { kind: 'not-an-event' } });
    expect(withLine(`"${'x'.repeat(200_000)}"`)).toMatchObject({ badLine: 1, problem: { kind: 'too-long' } });
    expect(withLine(`${push.lines[1]}\uD800`)).toMatchObject({ badLine: 1, problem: { kind: 'not-well-formed' } });
  });
});
