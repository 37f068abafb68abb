// A document about goods without prices: a delivery, a return, a correction. Its lines, what else its kind says (the head), and
// how it is kept on the device. Pure.
import type { Json } from '@streamstock/event-log';
import * as z from 'zod/mini';
import type { CommandContext, Decision } from '@streamstock/inventory';
import type { RecentRecord } from '../device/recent-records.ts';
import type { DocumentKind } from './document-desk.ts';
import type { DraftKind } from './draft-head.ts';
import { LINE_QUANTITY_MAX, NO_LINES, piecesOf, type Lines } from './lines.ts';

export interface Goods<Head> {
  readonly document: string;
  readonly startedAtMs: number;
  readonly lines: Lines;
  readonly head: Head;
}

export interface GoodsKindOptions<Head extends Json> {
  readonly kind: DraftKind;
  readonly record: RecentRecord['kind'];
  readonly noHead: Head;
  /** null: of a shape this version does not know. */
  readonly readHead: (value: unknown) => Head | null;
  readonly decide: (goods: Goods<Head>, context: CommandContext) => Decision;
  /** Words that tell the document apart, for the list of recent records. */
  readonly about: (head: Head) => string | null;
}

const Text = z.string().check(z.maxLength(64));
const StoredGoods = z.object({
  document: Text,
  startedAtMs: z.int(),
  inHand: z.nullable(Text),
  lines: z.array(
    z.object({
      item: Text,
      quantity: z.int().check(z.minimum(1), z.maximum(LINE_QUANTITY_MAX)),
      pack: z.int().check(z.minimum(1)),
    }),
  ),
  head: z.unknown(),
});

export function goodsKind<Head extends Json>(options: GoodsKindOptions<Head>): DocumentKind<Goods<Head>> {
  return {
    kind: options.kind,
    fresh: (document, startedAtMs) => ({ document, startedAtMs, lines: NO_LINES, head: options.noHead }),
    lines: (goods) => goods.lines.lines.length,
    toJson: ({ document, startedAtMs, lines, head }) => ({
      document,
      startedAtMs,
      inHand: lines.inHand,
      lines: lines.lines.map((line) => ({ ...line })),
      head,
    }),
    fromJson: (value) => {
      const parsed = z.safeParse(StoredGoods, value);
      const head = parsed.success ? options.readHead(parsed.data.head) : null;
      if (!parsed.success || head === null) return null;
      const { document, startedAtMs, inHand, lines } = parsed.data;
      return { document, startedAtMs, lines: { lines, inHand, undo: [] }, head };
    },
    decide: options.decide,
    record: ({ lines, head }) => ({
      kind: options.record,
      lines: lines.lines.length,
      pieces: piecesOf(lines.lines),
      about: options.about(head),
    }),
  };
}

/** An id that can stand in an event, from words a person typed: "Lacto Norte, Lda." → "Lacto-Norte-Lda". null: nothing left. */
export function directoryIdOf(words: string): string | null {
  const plain = words
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^0-9A-Za-z_]+/g, '-');
  const id = plain.slice(0, 64).replaceAll(/^-+|-+$/g, '');
  return id === '' ? null : id;
}
