// Opening a store, as setup and the stores page do it: decide first, then write. Owns the id of a new store and its defaults.
import { randomBytes } from 'node:crypto';
import type { NewStore } from '@streamstock/api';
import type { EventDraft } from '@streamstock/event-log';
import { openStore, type StoreRow } from '@streamstock/inventory';
import { appendAtHeadOffice, headOfficeContext } from '../centre/writers.ts';
import { HttpProblem } from '../http/problems.ts';
import type { Services } from '../services.ts';
import { refusalProblem } from './refusal-problem.ts';

/** Head office calls a store silent after this, unless the store says otherwise. */
const SILENT_AFTER_MS = 24 * 60 * 60 * 1_000;
const ID_BYTES = 8;

/** `at`: where the store stood in what was sent ("store."). Throws a problem when the domain or the platform does not take it; nothing is written yet. */
export function decideNewStore(
  { name, currency, timeZone }: NewStore,
  actor: string,
  nowMs: number,
  at = '',
): readonly EventDraft[] {
  if (!isTimeZone(timeZone)) {
    throw new HttpProblem(
      'bad-request',
      'That time zone is not known. Nothing was saved.',
      'Choose one such as Europe/Lisbon.',
      {
        fields: [{ path: `${at}timeZone`, message: 'is not a time zone' }],
      },
    );
  }
  const store = `s${randomBytes(ID_BYTES).toString('hex')}`;
  const decision = openStore(
    { store, name, currency, timeZone, areas: [], silentAfterMs: SILENT_AFTER_MS },
    headOfficeContext(store, actor, nowMs),
  );
  if (decision.ok) return decision.drafts;
  throw refusalProblem(decision.refusal, at);
}

/** Writes what was decided; resolves when it is on disk and in the read models. */
export async function openNewStore(
  { centre }: Pick<Services, 'centre'>,
  drafts: readonly EventDraft[],
): Promise<StoreRow> {
  await appendAtHeadOffice(centre.log, centre.appendOwn, drafts);
  await centre.inReadModels();
  const store = drafts[0]?.store ?? '';
  const row = centre.view.store(store);
  if (row === undefined) throw new Error(`Store ${store} was opened but its read model does not hold it.`);
  return row;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
