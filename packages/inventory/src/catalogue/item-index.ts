// Search over the catalogue in memory: by name, SKU or barcode, while a person types. Built once per catalogue change;
// searching allocates little and scans flat arrays, so that 50,000 items answer in far less than 50 ms.
import { ITEM_INDEX_MAX } from '../limits.ts';
import type { BarcodeRow, ItemRow } from './catalogue-tables.ts';

export interface ItemHit {
  readonly item: ItemRow;
  /** Why it was found: an exact code beats a SKU, a SKU beats words of the name. */
  readonly by: 'barcode' | 'sku' | 'name';
  /** The barcode that matched. */
  readonly code?: string;
  /** Smallest units a scan of that barcode stands for. */
  readonly packSize?: number;
}

export interface ItemIndex {
  readonly size: number;
  /** All of them by name, in the order of code units: a start for sorting as a language does, which takes longer. */
  readonly byName: readonly ItemRow[];
  /** Best hits first, archived items last; at most `limit`. Every word of the query must be found. */
  search(query: string, limit: number): readonly ItemHit[];
  item(item: string): ItemRow | undefined;
  /** What a scan of exactly this code means. */
  code(code: string): { readonly item: ItemRow; readonly packSize: number } | undefined;
}

const MARKS = /\p{M}+/gu;
/** Most names: nothing in them has an accent, and finding that out takes a tenth of the time. */
const PLAIN = /^[ -~]*$/;

/** Lower case without accents: "café" is found by "cafe". */
export function searchable(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text.normalize('NFD').replace(MARKS, '').toLowerCase();
}

interface Entry {
  readonly row: ItemRow;
  readonly name: string;
  readonly sku: string;
  readonly codes: readonly { readonly code: string; readonly packSize: number }[];
}

const SCORE = { code: 0, codePart: 1, sku: 2, skuStart: 3, nameStart: 4, wordStart: 5, within: 6, none: -1 } as const;
/** Added to the rank of archived items, which sort behind everything but an exact code. */
const ARCHIVED = 100;

function wordScore(entry: Entry, word: string): number {
  if (entry.sku === word) return SCORE.sku;
  if (entry.sku.startsWith(word)) return SCORE.skuStart;
  const index = entry.name.indexOf(word);
  if (index === 0) return SCORE.nameStart;
  if (index > 0) return entry.name.includes(` ${word}`) ? SCORE.wordStart : SCORE.within;
  return entry.sku.includes(word) ? SCORE.within : SCORE.none;
}

function score(entry: Entry, words: readonly string[]): number {
  let worst = 0;
  let best: number = SCORE.within;
  for (const word of words) {
    const found = wordScore(entry, word);
    if (found === SCORE.none) return SCORE.none;
    worst = Math.max(worst, found);
    best = Math.min(best, found);
  }
  return (worst + best) / 2;
}

const CODE_PART_CHARACTERS_MIN = 4;

/** Builds the index. Throws RangeError above `ITEM_INDEX_MAX` items. */
export function buildItemIndex(items: readonly ItemRow[], barcodes: readonly BarcodeRow[]): ItemIndex {
  if (items.length > ITEM_INDEX_MAX) {
    throw new RangeError(`The index holds at most ${ITEM_INDEX_MAX} items, not ${items.length}.`);
  }
  const codesOf = new Map<string, { code: string; packSize: number }[]>();
  for (const { code, item, packSize } of barcodes) {
    if (item === null) continue;
    const codes = codesOf.get(item);
    if (codes === undefined) codesOf.set(item, [{ code, packSize }]);
    else codes.push({ code, packSize });
  }
  const entries = items
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.item < b.item ? -1 : 1))
    .map((row): Entry => ({
      row,
      name: searchable(row.name),
      sku: searchable(row.sku),
      codes: codesOf.get(row.item) ?? [],
    }));
  const byItem = new Map(items.map((row) => [row.item, row]));
  const byCode = new Map<string, { item: ItemRow; packSize: number }>();
  for (const { row, codes } of entries)
    for (const { code, packSize } of codes) byCode.set(code, { item: row, packSize });
  return {
    size: items.length,
    byName: entries.map(({ row }) => row),
    search: (query, limit) => searchEntries(entries, byCode, query, limit),
    item: (item) => byItem.get(item),
    code: (code) => byCode.get(code.trim()),
  };
}

function searchEntries(
  entries: readonly Entry[],
  byCode: ReadonlyMap<string, { readonly item: ItemRow; readonly packSize: number }>,
  query: string,
  limit: number,
): ItemHit[] {
  const trimmed = query.trim();
  const words = searchable(trimmed).split(/\s+/).filter(Boolean);
  if (words.length === 0 || limit <= 0) return [];
  const exact = byCode.get(trimmed);
  const asCodePart = words.length === 1 && trimmed.length >= CODE_PART_CHARACTERS_MIN && /^[0-9]+$/.test(trimmed);
  const scored: { readonly rank: number; readonly hit: ItemHit }[] = [];
  for (const entry of entries) {
    if (entry.row === exact?.item) continue;
    const behind = entry.row.lifecycle === 'archived' ? ARCHIVED : 0;
    const part = asCodePart ? entry.codes.find(({ code }) => code.includes(trimmed)) : undefined;
    if (part !== undefined) {
      scored.push({
        rank: SCORE.codePart + behind,
        hit: { item: entry.row, by: 'barcode', code: part.code, packSize: part.packSize },
      });
      continue;
    }
    const found = score(entry, words);
    if (found !== SCORE.none)
      scored.push({ rank: found + behind, hit: { item: entry.row, by: found <= SCORE.skuStart ? 'sku' : 'name' } });
  }
  // Stable: equal ranks stay in the order of names.
  const hits = scored.toSorted((a, b) => a.rank - b.rank).map(({ hit }) => hit);
  if (exact !== undefined) hits.unshift({ item: exact.item, by: 'barcode', code: trimmed, packSize: exact.packSize });
  return hits.slice(0, limit);
}
