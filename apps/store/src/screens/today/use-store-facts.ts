// Reads what Today and Tasks show, live. The walk over all lines rests between two readings; figures of a tap come at once
// where they matter (the line in hand reads its own line).
import {
  listStockLines,
  readStore,
  salesBetween,
  type SalesTotals,
  type StockLineRow,
  type StoreRow,
} from '@streamstock/inventory';
import { listDrafts } from '../../drafts/draft-slots.ts';
import type { Device } from '../../device/device.ts';
import { useDevice, useLive, useStatus, useStoreId } from '../../device/use-device.tsx';
import { readDraftHead } from '../../documents/draft-head.ts';
import { startOfDayMs } from '../../format/day.ts';
import { readCountHead } from '../count/count-head.ts';
import type { OpenDraft } from './tasks.ts';

/** A walk over the whole store rests this long. */
const LINES_REST_MS = 500;
const DRAFT_CAUSES = ['append', 'local', 'enrolled'] as const;
const HOUR_MS = 60 * 60 * 1_000;

export function useStockLines(): readonly StockLineRow[] | undefined {
  const store = useStoreId();
  return useLive(`lines ${store}`, (device) => listStockLines(device.engine.tables, { store }), {
    restMs: LINES_REST_MS,
  }).value;
}

export interface StoreNames {
  readonly name: string;
  readonly currency: string;
  readonly timeZone: string;
}

/** The store as head office describes it; until that has arrived, as pairing did. */
export function useStore(): StoreNames {
  const store = useStoreId();
  const { enrolment } = useDevice();
  const row = useLive<StoreRow | undefined>(`store ${store}`, (device) => readStore(device.engine.tables, store), {
    restMs: LINES_REST_MS,
  }).value;
  return row ?? enrolment()?.store ?? { name: store, currency: 'EUR', timeZone: 'UTC' };
}

export function useSalesToday(timeZone: string): SalesTotals | undefined {
  const store = useStoreId();
  const { clock } = useDevice();
  const fromMs = startOfDayMs(clock(), timeZone);
  return useLive(`sales ${store} ${fromMs}`, (device) =>
    salesBetween(device.engine.tables, store, fromMs, device.clock() + HOUR_MS),
  ).value;
}

export async function readOpenDrafts(device: Device): Promise<OpenDraft[]> {
  return (await listDrafts(device.engine)).flatMap(({ key, value }): OpenDraft[] => {
    const document = readDraftHead(value);
    if (document !== null)
      return [{ key, kind: document.kind, lines: document.lines, held: document.held, atMs: document.touchedAtMs }];
    const count = readCountHead(value);
    return count === null ? [] : [{ key, kind: 'count', lines: count.counted, held: true, atMs: count.startedAtMs }];
  });
}

export function useOpenDrafts(): readonly OpenDraft[] | undefined {
  return useLive('drafts', readOpenDrafts, { causes: DRAFT_CAUSES }).value;
}

export function useUnknownCodes() {
  return useLive('unknown codes', (device) => device.unknownCodes.list(), { causes: DRAFT_CAUSES }).value;
}

export function useNeedsAttention(): number {
  return useStatus().needsAttentionCount;
}
