// The projector of value and of analytics by line: moving average cost per store × item in effective-time order, and what
// happened to each line by hour, from one pass over stock facts, at the centre. Owns their tables.
//
//   changes of events ──► stock facts, joined with reversals ──► movements ──┬──► cost journal ──► values
//            │                              └──► item-hours                  │
//            └── sessions of counts ──────────────────────────► counts ──────┘
import type { Change, Projector, Tables } from '@streamstock/event-log';
import { ITEM_HOURS_TABLE } from '../analytics/analytics-tables.ts';
import { foldItemHours } from '../analytics/item-hours-fold.ts';
import { foldReversible } from '../stock/reversed-facts.ts';
import { addCounts } from './value-counts.ts';
import { addMovements, type LineChanges } from './value-entries.ts';
import { foldValues } from './value-fold.ts';
import {
  VALUE_CHUNKS_TABLE,
  VALUE_COUNTS_TABLE,
  VALUE_FACTS_TABLE,
  VALUE_RECEIPTS_TABLE,
  VALUE_REVERSALS_TABLE,
  VALUE_SESSIONS_TABLE,
  VALUES_TABLE,
} from './value-tables.ts';

const FACTS = { facts: VALUE_FACTS_TABLE, reversals: VALUE_REVERSALS_TABLE, receipts: VALUE_RECEIPTS_TABLE };

export const valuesProjector: Projector = {
  name: 'values',
  version: 1,
  tables: [
    VALUES_TABLE,
    VALUE_CHUNKS_TABLE,
    VALUE_COUNTS_TABLE,
    VALUE_SESSIONS_TABLE,
    VALUE_FACTS_TABLE,
    VALUE_REVERSALS_TABLE,
    VALUE_RECEIPTS_TABLE,
    ITEM_HOURS_TABLE,
  ],
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    const facts = await foldReversible(tables, FACTS, changes, () => true);
    const lines: LineChanges = new Map();
    addMovements(lines, facts);
    await addCounts(tables, lines, changes, facts);
    await foldValues(tables, lines);
    await foldItemHours(tables, facts);
  },
};
