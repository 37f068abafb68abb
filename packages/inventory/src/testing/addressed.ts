// Who hears of the events of a random history: everybody of what is for everybody, and of anything else whoever chance lets
// hear. Keeps what is owed to folds that stores hold alone. Pure.
//
// 1. Everybody hears of the catalogue, stores and policies, and of receipts of parcels.
// 2. Whoever was told of an entry hears of its reversal and of rulings about it.
import { isRulingType, rulingTarget, type Event } from '@streamstock/event-log';
import { pick, type Choices } from './choices.ts';
import { STORES } from './random-parts.ts';

const FOR_ALL: ReadonlySet<string> = new Set([
  'ItemRegistered',
  'ItemRevised',
  'ItemArchived',
  'BarcodeAssigned',
  'StoreOpened',
  'StoreRevised',
  'StockPolicySet',
  'TransferReceived',
]);

export function addressed(choices: Choices, history: readonly Event[]): Event[] {
  const known = new Map<string, Event>();
  return history.map((event) => {
    const made = { ...event, audience: audienceOf(choices, event, known) };
    known.set(made.id, made);
    return made;
  });
}

function audienceOf(choices: Choices, event: Event, known: ReadonlyMap<string, Event>): Event['audience'] {
  if (FOR_ALL.has(event.type)) return 'all';
  const about = isRulingType(event.type) ? rulingTarget(event) : reversed(event);
  if (about !== undefined) {
    const target = known.get(about);
    if (target === undefined || target.audience === 'all') return 'all';
    return [...target.audience, ...(target.store === null ? [] : [target.store])];
  }
  return pick(choices, [[], [...STORES], [pick(choices, STORES)], 'all']);
}

function reversed(event: Event): string | undefined {
  const { target } = event.payload;
  return event.type === 'EntryReversed' && typeof target === 'string' ? target : undefined;
}
