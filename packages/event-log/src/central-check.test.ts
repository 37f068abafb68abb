import { describe, expect, it } from 'vitest';
import { ChainCheck } from './central-check.ts';
import { centralChainStart, nextCentralHash } from './chain.ts';
import { firstEpoch, linkAtBase, type EpochBase, type EpochRecord } from './epoch-chain.ts';
import { CHAIN_FAULTS_MAX } from './limits.ts';
import { sha256 } from './sha256.ts';
import { TestDevice } from './testing/central-fixtures.ts';

function chainOf(count: number) {
  const device = new TestDevice({ device: 'till-a', store: 'porto' });
  device.writeMany(count);
  let hash = centralChainStart(sha256, 'epoch-1');
  const rows = device.log.map(({ event, line }, index) => {
    hash = nextCentralHash(sha256, hash, event.id, line);
    return { position: index + 1, id: event.id, line, hash };
  });
  return { device, rows };
}

function faultsOf(rows: ReturnType<typeof chainOf>['rows'], head = rows.at(-1)): string[] {
  const check = new ChainCheck(sha256, [firstEpoch(sha256, 'epoch-1', 'centre-1', 0)]);
  for (const row of rows) check.event(row);
  check.head(head ?? { position: 0, hash: centralChainStart(sha256, 'epoch-1') });
  return check.faults.map(({ where }) => where);
}

describe('checking the central chain', () => {
  it('finds nothing in an intact one, nor in an empty one', () => {
    expect(faultsOf(chainOf(5).rows)).toEqual([]);
    expect(faultsOf([])).toEqual([]);
  });

  it('finds a changed line, id or hash, an exchange, a gap and a cut end', () => {
    const { rows } = chainOf(5);
    const changed = (index: number, change: Partial<(typeof rows)[number]>) =>
      rows.map((row, at) => (at === index ? { ...row, ...change } : row));
    expect(faultsOf(changed(1, { line: `${rows[1]?.line} ` }))).toEqual(['position 2']);
    expect(faultsOf(changed(1, { id: rows[2]?.id ?? '' }))).toEqual(['position 2']);
    expect(faultsOf(changed(1, { hash: rows[2]?.hash ?? '' }))).toEqual(['position 2', 'position 3']);
    const exchanged = changed(1, { id: rows[2]?.id ?? '', line: rows[2]?.line ?? '' }).map((row, at) =>
      at === 2 ? { ...row, id: rows[1]?.id ?? '', line: rows[1]?.line ?? '' } : row,
    );
    expect(faultsOf(exchanged)).toEqual(['position 2', 'position 3']);
    expect(faultsOf(rows.filter((_, at) => at !== 2))).toEqual(['position 3', 'position 4']);
    expect(faultsOf(rows.slice(0, 4), rows[4])).toEqual(['head']);
  });

  it('stops counting at a bound', () => {
    const { rows } = chainOf(CHAIN_FAULTS_MAX + 20);
    expect(faultsOf(rows.map((row) => ({ ...row, line: `${row.line} ` })))).toHaveLength(CHAIN_FAULTS_MAX);
  });
});

describe('checking over epochs', () => {
  const first = firstEpoch(sha256, 'epoch-1', 'centre-1', 0);
  const later = (epoch: string, base: EpochBase): EpochRecord => ({
    epoch,
    writer: epoch,
    cause: 'restored',
    beganAtMs: 0,
    base,
  });

  /** Five events; a second epoch begins behind the third. */
  function twoEpochs() {
    const { device } = chainOf(5);
    let hash = first.base.hash;
    let base = first.base;
    const rows = device.log.map(({ event, line }, index) => {
      if (index === 3) hash = linkAtBase(sha256, 'epoch-2', (base = { position: 3, hash }));
      hash = nextCentralHash(sha256, hash, event.id, line);
      return { position: index + 1, id: event.id, line, hash };
    });
    return { rows, second: later('epoch-2', base) };
  }

  function faults(epochs: readonly EpochRecord[], rows: ReturnType<typeof twoEpochs>['rows']): string[] {
    const check = new ChainCheck(sha256, epochs);
    for (const row of rows) check.event(row);
    check.head(rows.at(-1) ?? first.base);
    return check.faults.map(({ where }) => where);
  }

  it('follows each from where it began, also several from one place', () => {
    const { rows, second } = twoEpochs();
    expect(faults([first, second], rows)).toEqual([]);
    expect(faults([first, later('epoch-x', second.base), second], rows)).toEqual([]);
    const last = rows.at(-1) ?? first.base;
    expect(faults([first, second, later('epoch-3', { position: 5, hash: last.hash })], rows)).toEqual([]);
    expect(faults([first, later('epoch-y', first.base)], [])).toEqual([]);
  });

  it('finds one that is missing, out of place, of another name, or beyond the head', () => {
    const { rows, second } = twoEpochs();
    expect(faults([first], rows)).toEqual(['position 4']);
    expect(faults([first, later('epoch-x', second.base)], rows)).toEqual(['position 4']);
    expect(faults([first, { ...second, base: { ...second.base, hash: '0'.repeat(64) } }], rows)).toEqual([
      'epoch epoch-2',
      'position 4',
    ]);
    expect(faults([first, second], rows.slice(0, 2))).toEqual(['epoch epoch-2']);
  });
});

describe("checking a device's chain", () => {
  function deviceFaults(
    lines: readonly { seq: number; hash: string; line: string | null }[],
    accepted: { seq: number; hash: string },
  ): string[] {
    const check = new ChainCheck(sha256, [firstEpoch(sha256, 'epoch-1', 'centre-1', 0)]);
    const chain = check.device({ device: 'till-a', accepted });
    for (const { line, ...point } of lines) chain.place(point, line);
    chain.end();
    return check.faults.map(({ where }) => where);
  }

  it('finds a changed, missing or lost line and a wrong mark', () => {
    const { device } = chainOf(4);
    const places = device.log.map(({ line, place }) => ({
      seq: place.seq,
      hash: place.hash,
      line: line as string | null,
    }));
    const mark = { seq: 4, hash: device.hashAt(4) };
    expect(deviceFaults(places, mark)).toEqual([]);
    expect(deviceFaults([], { seq: 0, hash: device.hashAt(0) })).toEqual([]);
    const changed = (line: string | null) => places.map((place) => (place.seq === 2 ? { ...place, line } : place));
    expect(deviceFaults(changed('{}'), mark)).toEqual(['device till-a, seq 2']);
    expect(deviceFaults(changed(null), mark)).toEqual(['device till-a, seq 2']);
    expect(
      deviceFaults(
        places.filter(({ seq }) => seq !== 2),
        mark,
      ),
    ).toEqual(['device till-a, seq 2']);
    expect(deviceFaults(places.slice(0, 3), mark)).toEqual(['device till-a']);
    expect(deviceFaults(places, { ...mark, hash: device.hashAt(3) })).toEqual(['device till-a']);
  });

  it('goes on behind a hole, and finds one that does not follow', () => {
    const { device } = chainOf(4);
    const [, , , last] = device.log;
    const holed = (fromSeq: number, hashAfter: string): string[] => {
      const check = new ChainCheck(sha256, [firstEpoch(sha256, 'epoch-1', 'centre-1', 0)]);
      const chain = check.device({ device: 'till-a', accepted: { seq: 4, hash: device.hashAt(4) } });
      chain.hole({ fromSeq, toSeq: 3, hashAfter });
      chain.place({ seq: 4, hash: device.hashAt(4) }, last?.line ?? null);
      chain.end();
      return check.faults.map(({ where }) => where);
    };
    expect(holed(1, device.hashAt(3))).toEqual([]);
    expect(holed(2, device.hashAt(3))).toEqual(['device till-a, seq 1']);
    expect(holed(1, device.hashAt(2))).toEqual(['device till-a, seq 4']);
  });
});
