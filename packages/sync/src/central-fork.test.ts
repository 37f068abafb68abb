// The central session, driven by hand: finding where a fork began, and the new id.
import { describe, expect, it } from 'vitest';
import { CHAIN, heldAt, point, pushOf, recordAt, refusalOf } from './testing/central-sample.ts';
import { CentralDriver, DEVICE, factsOf, someHash, STORE } from './testing/drivers.ts';

describe('forks at the centre', () => {
  const forking = () => new CentralDriver().greet({ head: point(20) }, { record: recordAt(40), points: heldAt(20) });

  it('K1 asks for hashes, round by round, and gives a new id with the last common seq', () => {
    const driver = forking();
    // The device's chain leaves the held one behind seq 13.
    const theirs = (seq: number) => ({
      seq,
      hash: seq <= 13 ? (CHAIN.points[seq]?.hash ?? '') : someHash(`mine ${seq}`),
    });
    for (let round = 1; driver.phase !== 'minting'; round += 1) {
      const [ask] = driver.sent;
      expect(ask).toMatchObject({ type: 'forked', round });
      const seqs = ask?.type === 'forked' ? ask.seqs : [];
      driver.frame({ type: 'hashes', round, points: seqs.map(theirs) });
      expect(driver.effect('readDeviceHashes')).toMatchObject({ device: DEVICE, seqs });
      driver.input({ type: 'hashesRead', points: seqs.map((seq) => CHAIN.points[seq] ?? null), lostFrom: null });
    }
    expect(driver.effect('mintDevice')).toEqual({ type: 'mintDevice', parent: DEVICE, store: STORE, commonSeq: 13 });
    expect(driver.input({ type: 'deviceMinted', device: 'device-1b' }).sent).toEqual([
      { type: 'newDevice', lines: 0, device: 'device-1b', parent: DEVICE, commonSeq: 13 },
    ]);
  });

  it('K4 where nothing can be common nothing is asked: the new id comes at once', () => {
    const start = point(0);
    const driver = new CentralDriver().greet({ head: start }, { record: recordAt(3), points: heldAt(0) });
    expect(driver.effect('mintDevice')).toMatchObject({ commonSeq: 0 });
    expect(driver.sent).toEqual([]);
  });

  it('K10 an id that a restore made the centre forget gets a new one, under the installation that the ticket was given to', () => {
    const { record } = factsOf();
    if (record === null) throw new Error('It is registered.');
    const installation = { ...record, device: 'device-0' };
    const driver = new CentralDriver().greet({}, { record: null, ticketRecord: installation });
    expect(driver.effect('mintDevice')).toEqual({ type: 'mintDevice', parent: 'device-0', store: STORE, commonSeq: 0 });
    expect(driver.input({ type: 'deviceMinted', device: 'device-1b' }).sent).toEqual([
      { type: 'newDevice', lines: 0, device: 'device-1b', parent: DEVICE, commonSeq: 0 },
    ]);
    for (const ticketRecord of [
      { ...installation, store: 'porto' },
      { ...installation, kind: 'centre' as const },
      null,
    ])
      expect(refusalOf(new CentralDriver().greet({}, { record: null, ticketRecord })).kind).toBe('unauthorised');
  });

  it('K5 hashes that do not answer the question are refused; those of another round are passed over', () => {
    const [ask] = forking().sent;
    const seqs = ask?.type === 'forked' ? ask.seqs : [];
    const points = seqs.map((seq) => ({ seq, hash: someHash('x') }));
    expect(refusalOf(forking().frame({ type: 'hashes', round: 1, points: points.slice(1) })).kind).toBe('bad-frame');
    expect(refusalOf(forking().frame({ type: 'hashes', round: 1, points: points.toReversed() })).kind).toBe(
      'bad-frame',
    );
    expect(forking().frame({ type: 'hashes', round: 2, points }).effects).toEqual([]);
  });

  it('K6 a connection that gave a new id takes nothing more, and pushes during a repair are not appended', () => {
    const { message, lines } = pushOf(1, 1);
    expect(forking().frame(message, lines).effects).toEqual([]);
    const driver = new CentralDriver().greet({ head: point(0) }, { record: recordAt(3), points: heldAt(0) });
    driver.input({ type: 'deviceMinted', device: 'device-1b' });
    expect(driver.frame(message, lines).effects).toEqual([]);
  });

  it('K7 a push that does not follow from what is held begins the same repair', () => {
    const { message, lines } = pushOf(4, 2);
    const driver = new CentralDriver().live({ head: point(5) }, { record: recordAt(3), points: heldAt(5) });
    driver.frame(message, lines).input({ type: 'appended', outcome: { kind: 'forked', mark: point(3) } });
    expect(driver.sent).toMatchObject([{ type: 'forked', round: 1, seqs: [1, 2, 3] }]);
  });
});
