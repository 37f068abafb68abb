// The projector of value: moving average cost per store × item, in effective-time order, at the centre. Owns its tables.
//
//   changes of events ──► stock facts, joined with reversals ──► movements ──┐
//            └── sessions of counts ──────────────────────────► counts ──────┴──► cost journal ──► values
import type { Change, Projector, Tables } from '@streamstock/event-log';
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
  ],
  async project(tables: Tables, changes: readonly Change[]): Promise<void> {
    const facts = await foldReversible(tables, FACTS, changes, () => true);
    const lines: LineChanges = new Map();
    addMovements(lines, facts);
    await addCounts(tables, lines, changes, facts);
    await foldValues(tables, lines);
  },
};
