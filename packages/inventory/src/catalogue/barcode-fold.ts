// The register of codes: which item a code stands for, and a notice when two items claim it. A row holds every counting
// assignment of its code, so taking one away needs no search.
import { compareStamped, type EventId, type HybridTime, type Tables } from '@streamstock/event-log';
import { BARCODES_TABLE, type BarcodeClaim, type BarcodeRow } from './catalogue-tables.ts';

/** An assignment begins, ends or moves in time. */
export interface ClaimChange {
  readonly code: string;
  readonly item: string | null;
  readonly packSize: number;
  readonly id: EventId;
  readonly before: HybridTime | null;
  readonly after: HybridTime | null;
}

function newestFirst(a: BarcodeClaim, b: BarcodeClaim): number {
  return compareStamped({ time: b.at, id: b.id }, { time: a.at, id: a.id });
}

/** Claims older than the newest taking-back are settled. */
function isContested(claims: readonly BarcodeClaim[]): boolean {
  const takenBack = claims.findIndex(({ item }) => item === null);
  const standing = takenBack === -1 ? claims : claims.slice(0, takenBack);
  return new Set(standing.map(({ item }) => item)).size > 1;
}

function rowOf(code: string, claims: readonly BarcodeClaim[]): BarcodeRow | undefined {
  const [newest] = claims;
  if (newest === undefined) return undefined;
  return { code, item: newest.item, packSize: newest.packSize, contested: isContested(claims), claims };
}

export async function foldBarcodes(tables: Tables, changes: readonly ClaimChange[]): Promise<void> {
  if (changes.length === 0) return;
  const codes = [...new Set(changes.map(({ code }) => code))];
  const stored = await tables.getMany<BarcodeRow>(BARCODES_TABLE, codes);
  const claims = new Map(codes.map((code, index) => [code, stored[index]?.claims ?? []]));
  for (const { code, item, packSize, id, after } of changes) {
    const others = (claims.get(code) ?? []).filter((claim) => claim.id !== id);
    claims.set(code, after === null ? others : [...others, { item, packSize, at: after, id }]);
  }
  const rows = codes.map((code) => ({ key: code, value: rowOf(code, (claims.get(code) ?? []).toSorted(newestFirst)) }));
  const put = rows.filter((row) => row.value !== undefined);
  const gone = rows.filter((row) => row.value === undefined).map(({ key }) => key);
  if (put.length > 0) await tables.putMany(BARCODES_TABLE, put);
  if (gone.length > 0) await tables.deleteMany(BARCODES_TABLE, gone);
}
