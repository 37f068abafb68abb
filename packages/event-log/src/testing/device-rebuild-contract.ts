// The part of the DeviceLog contract suite about folding again and about observers.
import { describe, expect, it, vi } from 'vitest';
import type { DeviceLogChange } from '../device-log.ts';
import { NEEDS_ATTENTION_TABLE } from '../attention-table.ts';
import type { Projector } from '../projection.ts';
import {
  clockAt,
  cursorAt,
  delivered,
  markAt,
  readTally,
  sampleDraft,
  sampleId,
  SampleWriter,
  START_MS,
  STORE,
  tallyProjector,
} from './sample-log.ts';
import { deviceUnderTest } from './device-under-test.ts';
import type { DeviceLogFixture } from './device-log-fixture.ts';

const clock = clockAt(START_MS);

/** What another connection is told comes in milliseconds on a machine that is not busy; this only ends a test that hangs. */
const SOON = { timeout: 20_000 };

export function describeRebuildContract(createFixture: () => Promise<DeviceLogFixture>): void {
  describe('read models and observers', () => {
    const under = deviceUnderTest(createFixture);
    const open = () => under.fixture.open([tallyProjector()]);

    const append = async (...numbers: number[]) => await under.append(numbers);

    describe('rebuild', () => {
      const dump = async () => {
        const names = ['tally', 'tally-journal', 'tally-newest', 'judgements', NEEDS_ATTENTION_TABLE];
        return Promise.all(names.map((table) => under.log.tables.range(table, { rowsMax: 10_000 })));
      };

      const mixedHistory = async () => {
        await under.log.append({ drafts: Array.from({ length: 30 }, (_, index) => sampleDraft(index + 1)), clock });
        const writer = new SampleWriter('device-2');
        const centre = new SampleWriter('centre-1');
        const foreign = writer.write(Array.from({ length: 30 }, (_, index) => sampleDraft(index + 200)));
        const rulings = [
          centre.rule(500, { type: 'EventSetAside', payload: { target: sampleId(3), reason: 'r', detail: 'd' } }),
          centre.rule(501, { type: 'EventVoided', payload: { target: sampleId(210), reason: 'r' } }),
          centre.rule(502, {
            type: 'EventRetimed',
            payload: { target: sampleId(5), effectiveAt: START_MS * 2_048 + 5, uncertaintyMs: 0 },
          }),
        ];
        const lines = [...rulings, ...foreign].map((line, index) => delivered(line, index + 1));
        await under.log.applyFrame({ from: null, to: cursorAt(lines.length), lines });
      };

      it('S4 gives the same tables again', async () => {
        await mixedHistory();
        const before = await dump();
        expect(before[0]).toEqual([{ key: STORE, value: { events: 58, quantity: 465 + 6_435 - 3 - 210 } }]);
        await under.log.rebuild();
        expect(await dump()).toEqual(before);
      });

      it('X29 gives the same tables again in pages: a ruling may be folded long before its target', async () => {
        const writer = new SampleWriter('device-2');
        const numbers = Array.from({ length: 560 }, (_, index) => 1_001 + index);
        const ruling = new SampleWriter('centre-1').rule(900, {
          type: 'EventVoided',
          payload: { target: sampleId(1_555), reason: 'never happened' },
        });
        const lines = [
          ...writer.write(numbers.slice(0, 280).map((number) => sampleDraft(number))),
          ...writer.write(numbers.slice(280).map((number) => sampleDraft(number))),
          ruling,
        ].map((line, index) => delivered(line, index + 1));
        await under.log.applyFrame({ from: null, to: cursorAt(300), lines: lines.slice(0, 300) });
        await under.log.applyFrame({ from: cursorAt(300), to: cursorAt(561), lines: lines.slice(300) });
        const before = await dump();
        expect((await readTally(under.log.tables)).events).toBe(559);
        await under.log.rebuild();
        expect((await readTally(under.log.tables)).events).toBe(559);
        expect((await dump()).slice(0, 2)).toEqual(before.slice(0, 2));
      });

      it('happens by itself when a projector’s version rose, before anything is read', async () => {
        await mixedHistory();
        const doubled: Projector = {
          ...tallyProjector(2),
          project: (tables, changes) =>
            tallyProjector().project(
              tables,
              changes.map((change) => {
                const { payload } = change.event;
                const quantity = Number(payload['quantity'] ?? 0) * 2;
                return { ...change, event: { ...change.event, payload: { ...payload, quantity } } };
              }),
            ),
        };
        await under.reopen([doubled]);
        expect(await readTally(under.log.tables)).toEqual({ events: 58, quantity: 2 * (465 + 6_435 - 3 - 210) });
      });

      it('D8 a tab of an older app beside a newer one can not write', async () => {
        await append(1);
        const newer = await under.fixture.open([tallyProjector(2)]);
        await newer.append({ drafts: [sampleDraft(2)], clock });
        await expect(append(3)).rejects.toThrow(/newer version/);
        expect((await newer.state())?.head.seq).toBe(2);
        const openOlder = async () => (await under.fixture.open([tallyProjector(1)])).state();
        await expect(openOlder()).rejects.toThrow(/newer version/);
      });
    });

    describe('observers', () => {
      it('hear of every commit of every tab, after it', async () => {
        const tab = await open();
        const heard: DeviceLogChange['cause'][] = [];
        const elsewhere: DeviceLogChange['cause'][] = [];
        const seqs: Promise<number | undefined>[] = [];
        under.log.observe(({ cause }) => heard.push(cause));
        const stop = tab.observe(({ cause }) => {
          elsewhere.push(cause);
          seqs.push(tab.state().then((state) => state?.head.seq));
        });
        const [own] = await append(1);
        await vi.waitFor(() => expect(elsewhere).toEqual(['append']), SOON);
        expect(await seqs[0]).toBe(1);
        await under.log.accept(markAt(own!.place));
        await under.log.applyFrame({ from: null, to: cursorAt(1), lines: [] });
        await under.log.putLocal([{ key: 'a', value: 1 }]);
        const all = ['append', 'accepted', 'frame', 'local'];
        await vi.waitFor(() => expect(elsewhere).toEqual(all), SOON);
        expect(heard).toEqual(all);
        stop();
        await append(2);
        await vi.waitFor(() => expect(heard).toEqual([...all, 'append']), SOON);
        expect(elsewhere).toEqual(all);
      });

      it('hear nothing of what changed nothing or failed', async () => {
        const heard: DeviceLogChange['cause'][] = [];
        const [own] = await append(1);
        await under.log.accept(markAt(own!.place));
        await vi.waitFor(async () => expect((await under.log.state())?.pending.events).toBe(0), SOON);
        under.log.observe(({ cause }) => heard.push(cause));
        await under.log.accept(markAt(own!.place));
        await under.log.applyFrame({ from: cursorAt(3), to: cursorAt(4), lines: [] });
        under.fixture.failNextCommit();
        await expect(append(2)).rejects.toThrow(/commit/i);
        await append(3);
        await vi.waitFor(() => expect(heard).toEqual(['append']), SOON);
      });
    });
  });
}
