// The device session, driven by hand: the repair of a fork, and its new id.
import { describe, expect, it } from 'vitest';
import { acceptedAt, CHAIN, eventsFrame, eventsLines, logAt, point } from './testing/device-sample.ts';
import { DEVICE, DeviceDriver } from './testing/drivers.ts';

describe('forks on the device', () => {
  it('K2 answers exactly the seqs asked for, and neither pushes nor takes frames meanwhile', () => {
    const driver = new DeviceDriver()
      .live(logAt(5), point(2))
      .outbox(CHAIN)
      .frame({ type: 'forked', round: 1, seqs: [1, 2, 7] });
    expect(driver.effect('readHashes')?.seqs).toEqual([1, 2, 7]);
    driver.input({ type: 'hashesRead', connection: 1, points: [point(1), point(2), null] });
    expect(driver.message('hashes')).toEqual({
      type: 'hashes',
      lines: 0,
      round: 1,
      points: [point(1), point(2), null],
    });
    expect(driver.input({ type: 'logChanged' }).effects).toEqual([]);
    expect(driver.frame(eventsFrame(null, 14, [12]), eventsLines([12])).effects).toEqual([]);
    expect(driver.frame(acceptedAt(5)).effects).toEqual([]);
    expect(driver.frame({ type: 'forked', round: 1, seqs: [1, 2, 7] }).effects).toEqual([]);
    expect(driver.frame({ type: 'forked', round: 2, seqs: [3] }).effect('readHashes')).toBeDefined();
  });

  it('K3 takes the new id in one step of its log, and says hello with it at once on a new connection', () => {
    const driver = new DeviceDriver().live(logAt(5)).frame({ type: 'forked', round: 1, seqs: [1] });
    driver
      .input({ type: 'hashesRead', connection: 1, points: [point(1)] })
      .frame({ type: 'newDevice', device: 'device-1b', parent: DEVICE, commonSeq: 1 });
    expect(driver.effect('rechain')).toEqual({
      type: 'rechain',
      connection: 1,
      from: DEVICE,
      commonSeq: 1,
      device: 'device-1b',
    });
    driver.input({ type: 'rechained', connection: 1 });
    expect(driver.effect('connect')?.connection).toBe(2);
    expect(driver.effect('report')).toMatchObject({ report: { kind: 'forked', from: DEVICE, to: 'device-1b' } });
    driver.hello({ identity: { device: 'device-1b', store: 'lisbon' } });
    expect(driver.message('hello')?.device).toBe('device-1b');
  });

  it('K4 the new id may come without a question, instead of welcome or later', () => {
    const newDevice = { type: 'newDevice', device: 'device-1b', parent: DEVICE, commonSeq: 0 } as const;
    expect(new DeviceDriver().hello(logAt(5)).frame(newDevice).effect('rechain')).toMatchObject({ commonSeq: 0 });
    expect(new DeviceDriver().live(logAt(5)).frame(newDevice).effect('rechain')).toMatchObject({ commonSeq: 0 });
    expect(new DeviceDriver().hello(logAt(5)).frame({ ...newDevice, parent: 'device-2' }).phase).toBe('waiting');
  });

  it('K8 a connection lost at any step of a repair just begins again', () => {
    const told = () => new DeviceDriver().hello(logAt(5)).frame({ type: 'forked', round: 1, seqs: [1] });
    const rechaining = () => told().frame({ type: 'newDevice', device: 'device-1b', parent: DEVICE, commonSeq: 1 });
    for (const driver of [told(), rechaining()]) {
      driver.input({ type: 'closed', connection: 1 });
      expect(driver.timer('retry')).toBeGreaterThan(0);
      expect(driver.input({ type: 'rechained', connection: 1 }).effects).toEqual([]);
      expect(driver.input({ type: 'timer', timer: 'retry' }).effect('connect')).toBeDefined();
    }
  });
});
