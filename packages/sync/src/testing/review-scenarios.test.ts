// Histories that a reviewer could not refute by reading, replayed through the real sessions: what could be lost, doubled, called
// sent too early, or stand still for ever.
import { describe, expect, it } from 'vitest';
import type { SimDevice } from './sim-device.ts';
import { SimWorld } from './sim-world.ts';

const SECOND_MS = 1_000;

async function timesAtCentre(world: SimWorld, id: string): Promise<number> {
  const lines = await world.centre.log.read(0, { eventsMax: 1_000, bytesMax: Number.MAX_SAFE_INTEGER });
  return lines.filter((line) => line.id === id).length;
}

/** The epochs of the marks that a disk held, one after the other. */
function marksOf(device: SimDevice): string[] {
  const epochs: string[] = [];
  device.log.observe(({ cause }) => {
    if (cause !== 'accepted') return;
    void device.log.state().then((state) => {
      const epoch = state?.accepted?.epoch;
      if (epoch !== undefined && epoch !== epochs.at(-1)) epochs.push(epoch);
    });
  });
  return epochs;
}

describe('two tabs at once through a change of epoch', () => {
  it('N7 both go through it, and nothing is lost, doubled, or done for ever', async () => {
    const world = new SimWorld({ seed: 71, frameEventsMax: 3 });
    const tab = await world.enrol('lisbon');
    const other = await world.enrol('lisbon');
    const twin = world.twinOf(tab);
    const backup = world.centre.backup();
    for (let index = 0; index < 12; index += 1) {
      world.move(index % 2 === 0 ? tab : twin, 'hats', 1);
      world.move(other, 'coats', 1);
      await world.run(100);
    }
    await world.restore(backup, 'command', 300);
    for (let index = 0; index < 12; index += 1) {
      world.move(index % 2 === 0 ? tab : twin, 'hats', 1);
      await world.run(50);
    }

    expect(await world.conclude()).toEqual([]);
    expect(await tab.log.tables.getMany('counters', ['lisbon|hats', 'lisbon|coats'])).toEqual([24, 12]);
  });

  it('N12 one of them frozen with an answer in hand: what it says when it thaws is of a history that is over', async () => {
    let outrun = 0;
    for (let frozenAtMs = 0; frozenAtMs < 60; frozenAtMs += 3) {
      const world = new SimWorld({ seed: 72 });
      const tab = await world.enrol('lisbon');
      const other = await world.enrol('lisbon');
      const twin = world.twinOf(tab);
      await world.run(2 * SECOND_MS);
      const backup = world.centre.backup();
      const sale = world.move(tab, 'hats', 1);
      await world.run(frozenAtMs);
      tab.freeze();
      await world.run(SECOND_MS);
      const marks = marksOf(twin);
      await world.restore(backup, 'command', 200);
      await world.run(20 * SECOND_MS);
      const { epoch } = await world.centre.log.head();
      await tab.thaw();
      await world.run(100);
      expect((await twin.log.state())?.accepted?.epoch).toBe(epoch);
      if (marks.length > 0) outrun += 1;
      expect(marks.lastIndexOf(epoch)).toBe(marks.indexOf(epoch));

      expect(await world.conclude()).toEqual([]);
      expect(await timesAtCentre(world, sale)).toBe(1);
      expect(await other.log.tables.getMany('counters', ['lisbon|hats'])).toEqual([1]);
    }
    expect(outrun).toBeGreaterThan(0);
  });

  it('N7 restored once more while one of them is on its way through the first change', async () => {
    for (let secondAtMs = 50; secondAtMs < 900; secondAtMs += 70) {
      const world = new SimWorld({ seed: 73, frameEventsMax: 3 });
      const tab = await world.enrol('lisbon');
      const twin = world.twinOf(tab);
      await world.enrol('lisbon');
      const first = world.centre.backup();
      const sales = [1, 2, 3, 4, 5].map(() => world.move(tab, 'hats', 1));
      await world.run(2 * SECOND_MS);
      await world.restore(first, 'command', 100);
      await world.run(secondAtMs);
      twin.freeze();
      sales.push(world.move(tab, 'hats', 1));
      await world.run(40);
      await world.restore(first, secondAtMs % 2 === 0 ? 'command' : 'hand', 100);
      await world.run(5 * SECOND_MS);
      await twin.thaw();
      sales.push(world.move(twin, 'hats', 1));

      expect(await world.conclude()).toEqual([]);
      for (const sale of sales) expect(await timesAtCentre(world, sale)).toBe(1);
      expect(await tab.log.tables.getMany('counters', ['lisbon|hats'])).toEqual([7]);
    }
  });

  it('N12 a frame of the history before, in the hand of a frozen tab, is held and offered, or not taken at all', async () => {
    let taken = 0;
    for (let thawedAtMs = 20; thawedAtMs < 700; thawedAtMs += 20) {
      const world = new SimWorld({ seed: 74 });
      const tab = await world.enrol('lisbon');
      const maker = await world.enrol('lisbon');
      await world.run(2 * SECOND_MS);
      const sales = [1, 2, 3].map(() => world.move(tab, 'hats', 1));
      await world.run(2 * SECOND_MS);
      const backup = world.centre.backup();
      tab.freeze();
      const lost = world.move(maker, 'hats', 10);
      await world.run(2 * SECOND_MS);
      maker.crash();
      await world.restore(backup, 'command', 100);
      await world.run(SECOND_MS);
      const twin = world.twinOf(tab);
      await world.run(thawedAtMs);
      await tab.thaw();
      await world.run(30 * SECOND_MS);

      const isHeld = (await twin.log.heldIds(null, 100)).includes(lost);
      if (isHeld) taken += 1;
      expect({ thawedAtMs, times: await timesAtCentre(world, lost) }).toEqual({ thawedAtMs, times: isHeld ? 1 : 0 });
      await world.wipe(maker);
      expect(await world.conclude()).toEqual([]);
      for (const sale of sales) expect(await timesAtCentre(world, sale)).toBe(1);
    }
    expect(taken).toBeGreaterThan(0);
  });
});
