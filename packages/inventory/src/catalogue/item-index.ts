// Search over the catalogue in memory: by name, SKU or barcode, while a person types. Built once per catalogue change;
// searching allocates little and scans flat arrays, so that 50,000 items answer in far less than 50 ms.
import { firstAtOrAfter } from '@streamstock/event-log';
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
  /** The codes that stand for it. */
  codesOf(item: string): readonly BarcodeRow[];
  /** What a scan of exactly this code means. */
  code(code: string): CodeMeaning | undefined;
}

export interface CodeMeaning {
  readonly item: ItemRow;
  readonly packSize: number;
}

const NO_CODES: readonly BarcodeRow[] = [];

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
  codes: readonly BarcodeRow[];
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
  const entries = items.map((row): Entry => ({
    row,
    name: searchable(row.name),
    sku: searchable(row.sku),
    codes: NO_CODES,
  }));
  const byItem = new Map<string, Entry>();
  for (const entry of entries) byItem.set(entry.row.item, entry);
  for (const row of barcodes) {
    const entry = row.item === null ? undefined : byItem.get(row.item);
    if (entry !== undefined) entry.codes = entry.codes === NO_CODES ? [row] : [...entry.codes, row];
  }
  const sorted = sortedByName(entries);
  const codes = byCode(barcodes);
  const code = (scanned: string): CodeMeaning | undefined => {
    const row = codeAt(codes, scanned.trim());
    const entry = byItem.get(row?.item ?? '');
    return row === undefined || entry === undefined ? undefined : { item: entry.row, packSize: row.packSize };
  };
  return {
    size: items.length,
    byName: sorted.map(({ row }) => row),
    search: (query, limit) => searchEntries(sorted, code, query, limit),
    item: (item) => byItem.get(item)?.row,
    codesOf: (item) => byItem.get(item)?.codes ?? NO_CODES,
    code,
  };
}

/** Of equal names the lesser id first. Places and names side by side are sorted in half the time that objects take. */
function sortedByName(entries: readonly Entry[]): Entry[] {
  const names = entries.map(({ row }) => row.name);
  const idOf = (index: number): string => entries[index]?.row.item ?? '';
  const order = new Uint32Array(entries.keys()).sort((a, b) => {
    const [name, other] = [names[a] ?? '', names[b] ?? ''];
    return name < other ? -1 : other < name ? 1 : idOf(a) < idOf(b) ? -1 : 1;
  });
  return Array.from(order, (index) => entries[index]).filter((entry) => entry !== undefined);
}

/** As a table has them they are sorted already. */
function byCode(barcodes: readonly BarcodeRow[]): readonly BarcodeRow[] {
  const isSorted = barcodes.every(({ code }, index) => index === 0 || (barcodes[index - 1]?.code ?? '') < code);
  return isSorted ? barcodes : barcodes.toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

function codeAt(barcodes: readonly BarcodeRow[], code: string): BarcodeRow | undefined {
  const found = barcodes[firstAtOrAfter(barcodes, code, (row) => row.code)];
  return found?.code === code ? found : undefined;
}

function searchEntries(
  entries: readonly Entry[],
  meaningOf: ItemIndex['code'],
  query: string,
  limit: number,
): ItemHit[] {
  const trimmed = query.trim();
  const words = searchable(trimmed).split(/\s+/).filter(Boolean);
  if (words.length === 0 || limit <= 0) return [];
  const exact = meaningOf(trimmed);
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
