// The independent book of what the chain says about itself: items, codes, stores, policies. Part of the oracle: shares no
// code with the projectors.
import { before, earliestOf, groups, inOrder, latestOf, type NaiveSet } from './naive-set.ts';

export interface BookItem {
  readonly item: string;
  readonly fields: Record<string, unknown>;
}

export interface BookCode {
  readonly code: string;
  readonly item: string | null;
  readonly packSize: number;
  readonly contested: boolean;
}

interface RegisterSpec {
  readonly registration: string;
  readonly revisions: readonly string[];
  readonly entity: string;
  readonly fixed: readonly string[];
  /** What an event of this type says besides its payload. */
  readonly says?: Readonly<Record<string, Record<string, unknown>>>;
}

const ITEMS: RegisterSpec = {
  registration: 'ItemRegistered',
  revisions: ['ItemRevised', 'ItemArchived'],
  entity: 'item',
  fixed: ['unit', 'quantityScale', 'currency'],
  says: { ItemArchived: { lifecycle: 'archived' } },
};

const STORES: RegisterSpec = {
  registration: 'StoreOpened',
  revisions: ['StoreRevised'],
  entity: 'store',
  fixed: ['currency'],
};

/** Per field the latest edit that names it; what is fixed from the earliest registration. */
function registersOf({ counting }: NaiveSet, spec: RegisterSpec): Map<string, BookItem> {
  const edits = counting.filter(({ type }) => type === spec.registration || spec.revisions.includes(type));
  const books = new Map<string, BookItem>();
  for (const [name, all] of groups(edits, ({ payload }) => String(payload[spec.entity]))) {
    const earliest = earliestOf(all.filter(({ type }) => type === spec.registration));
    if (earliest === undefined) continue;
    const fields: Record<string, unknown> = {};
    for (const { payload, type } of inOrder(all)) Object.assign(fields, payload, spec.says?.[type]);
    for (const field of spec.fixed) fields[field] = earliest.payload[field];
    delete fields[spec.entity];
    books.set(name, { item: name, fields });
  }
  return books;
}

export const naiveItems = (set: NaiveSet): Map<string, BookItem> => registersOf(set, ITEMS);
export const naiveStores = (set: NaiveSet): Map<string, BookItem> => registersOf(set, STORES);

export function naiveCodes({ counting }: NaiveSet): Map<string, BookCode> {
  const claims = counting
    .filter(({ type }) => type === 'BarcodeAssigned')
    .map(({ at, id, payload }) => ({
      at,
      id,
      ...(payload as { code: string; item: string | null; packSize: number }),
    }));
  return new Map(
    [...groups(claims, ({ code }) => code)].map(([code, all]) => {
      const latest = latestOf(all) as (typeof all)[number];
      const takenBack = latestOf(all.filter(({ item }) => item === null));
      const standing = all.filter(
        (claim) => claim.item !== null && (takenBack === undefined || before(takenBack, claim)),
      );
      const contested = new Set(standing.map(({ item }) => item)).size > 1;
      return [code, { code, item: latest.item, packSize: latest.packSize, contested }];
    }),
  );
}

/**
 * The policy of every line that anybody set one for, by `store|item`: per field the store's latest word, and where it has
 * none the chain's.
 */
export function naivePolicies({ counting }: NaiveSet, stores: readonly string[]): Map<string, Record<string, unknown>> {
  const edits = counting.filter(({ type }) => type === 'StockPolicySet');
  const policies = new Map<string, Record<string, unknown>>();
  for (const [item, all] of groups(edits, ({ payload }) => String(payload['item']))) {
    for (const store of stores) {
      const fields: Record<string, unknown> = {};
      const chain = all.filter((edit) => edit.store === null);
      const own = all.filter((edit) => edit.store === store);
      for (const { payload } of [...inOrder(chain), ...inOrder(own)]) Object.assign(fields, payload);
      delete fields['item'];
      if (Object.keys(fields).length > 0) policies.set(`${store}|${item}`, fields);
    }
  }
  return policies;
}
