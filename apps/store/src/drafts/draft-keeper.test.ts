import type { LocalWrite } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { DraftKeeper, type KeeperState } from './draft-keeper.ts';

/** A device whose writes finish when told. */
function slowDevice() {
  const written: unknown[] = [];
  const running: { readonly value: unknown; readonly finish: (error?: Error) => void }[] = [];
  const put = (writes: readonly LocalWrite[]) =>
    new Promise<void>((resolve, reject) => {
      const value = writes[0]?.value;
      running.push({
        value,
        finish(error) {
          if (error !== undefined) return reject(error);
          written.push(value);
          resolve();
        },
      });
    });
  return { put, written, running };
}

function keeper(device: ReturnType<typeof slowDevice>) {
  const states: KeeperState['kind'][] = [];
  const made = new DraftKeeper<number>({
    put: device.put,
    writesOf: (state) => [{ key: 'draft-00', value: state }],
    held: null,
    onChange: (state) => states.push(state.kind),
  });
  return { made, states };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('keeping a draft', () => {
  it('runs one write at a time and skips what was overtaken', async () => {
    const device = slowDevice();
    const { made, states } = keeper(device);
    for (const state of [1, 2, 3]) made.keep(state);
    expect(device.running.map((write) => write.value)).toEqual([1]);
    device.running[0]?.finish();
    await settled();
    expect(device.running.map((write) => write.value)).toEqual([1, 3]);
    device.running[1]?.finish();
    await settled();
    expect(device.written).toEqual([1, 3]);
    expect(states).toEqual(['writing', 'kept']);
  });

  it('never writes after it was let go: a committed sale does not come back as a draft', async () => {
    const device = slowDevice();
    const { made } = keeper(device);
    made.keep(1);
    const gone = made.letGo();
    made.keep(2);
    device.running[0]?.finish();
    await gone;
    await settled();
    expect(device.written).toEqual([1]);
    expect(device.running).toHaveLength(1);
  });

  it('says when a write failed, and writes the newest state on retry', async () => {
    const device = slowDevice();
    const { made, states } = keeper(device);
    made.keep(1);
    device.running[0]?.finish(new Error('disk full'));
    await settled();
    expect(states.at(-1)).toBe('failed');
    made.retry();
    device.running[1]?.finish();
    await settled();
    expect(device.written).toEqual([1]);
    expect(states.at(-1)).toBe('kept');
  });

  it('letting go waits for the write that runs', async () => {
    const device = slowDevice();
    const { made } = keeper(device);
    made.keep(1);
    let gone = false;
    const letGo = made.letGo().then(() => (gone = true));
    await settled();
    expect(gone).toBe(false);
    device.running[0]?.finish();
    await letGo;
    expect(gone).toBe(true);
  });

  it('goes on after a commit that failed: what was not written can still be retried', async () => {
    const device = slowDevice();
    const { made, states } = keeper(device);
    made.keep(1);
    device.running[0]?.finish(new Error('disk full'));
    await settled();
    await made.letGo();
    made.goOn();
    expect(states.at(-1)).toBe('failed');
    made.retry();
    device.running[1]?.finish();
    await settled();
    expect(device.written).toEqual([1]);
  });

  it('has nothing to complain about once the draft was committed', async () => {
    const device = slowDevice();
    const { made, states } = keeper(device);
    made.keep(1);
    device.running[0]?.finish(new Error('disk full'));
    await settled();
    await made.letGo();
    made.startOver();
    expect(states.at(-1)).toBe('kept');
    made.retry();
    expect(device.running).toHaveLength(1);
  });
});
