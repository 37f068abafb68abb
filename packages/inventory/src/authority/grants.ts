// Grants: who holds which role, where, from when to when. They live in the directory; here they are plain data. Pure.
import type { HybridTime } from '@streamstock/event-log';
import { AUTHORITY, type Action, type Role } from './authority-table.ts';

/** `store` null: in every store. `from` is inclusive, `to` exclusive; `to` null: until further notice. */
export interface Grant {
  readonly actor: string;
  readonly role: Role;
  readonly store: string | null;
  readonly from: HybridTime;
  readonly to: HybridTime | null;
}

/** Somebody who wants to do something, somewhere, at a moment. `store` null: something about the whole chain. */
export interface Attempt {
  readonly actor: string;
  readonly action: Action;
  readonly store: string | null;
  readonly at: HybridTime;
}

export function isGrantedAt({ from, to }: Grant, at: HybridTime): boolean {
  return from <= at && (to === null || at < to);
}

/** A grant for one store says nothing about the chain; a grant for the chain holds in every store. */
export function coversStore(grant: Grant, store: string | null): boolean {
  return grant.store === null || grant.store === store;
}

export function isAllowed(grants: readonly Grant[], { actor, action, store, at }: Attempt): boolean {
  return grants.some(
    (grant) =>
      grant.actor === actor &&
      isGrantedAt(grant, at) &&
      coversStore(grant, store) &&
      AUTHORITY[action].includes(grant.role),
  );
}

/** Whether somebody holds any role that covers a store at a moment. */
export function isEmployed(grants: readonly Grant[], actor: string, store: string | null, at: HybridTime): boolean {
  return grants.some((grant) => grant.actor === actor && isGrantedAt(grant, at) && coversStore(grant, store));
}
