import { describe, expect, it } from 'vitest';
import { ChainCheck } from './central-check.ts';
import { centralChainStart, nextCentralHash } from './chain.ts';
import { firstEpoch } from './epoch-chain.ts';
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
});
