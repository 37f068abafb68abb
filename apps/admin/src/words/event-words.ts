// Plain words for what happened: event types and reasons, in the person's language. The event's own name stays visible in meta.
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';

export interface EventWords {
  /** "Sold"; the bare name for a type this version does not know. */
  readonly type: (type: string) => string;
  /** "Damaged"; the bare name for a reason this version does not know. */
  readonly reason: (reason: string) => string;
  /** "Its device was revoked"; the bare code for one this version does not know. */
  readonly setAsideReason: (reason: string) => string;
}

const typeWords: Readonly<Record<string, MessageDescriptor>> = {
  ItemRegistered: msg({ message: 'Item added', comment: 'What happened: an item entered the catalogue. Short.' }),
  ItemRevised: msg({
    message: 'Item changed',
    comment: 'What happened: name, price or the like of an item changed. Short.',
  }),
  BarcodeAssigned: msg({ message: 'Barcode set', comment: 'What happened: a barcode now stands for an item. Short.' }),
  StoreOpened: msg({ message: 'Store opened', comment: 'What happened: a new store. Short.' }),
  StockReceived: msg({ message: 'Received', comment: 'What happened: goods came in. One word.' }),
  StockSold: msg({ message: 'Sold', comment: 'What happened: goods were sold. One word.' }),
  StockReturned: msg({ message: 'Returned', comment: 'What happened: a customer brought goods back. One word.' }),
  StockAdjusted: msg({ message: 'Adjusted', comment: 'What happened: stock was corrected for a reason. One word.' }),
  StockCounted: msg({ message: 'Counted', comment: 'What happened: someone counted goods. One word.' }),
  EntryReversed: msg({ message: 'Reversed', comment: 'What happened: an earlier entry was taken back. One word.' }),
  EventSetAside: msg({
    message: 'Set aside',
    comment: 'What happened: the centre keeps an event but does not count it. Short.',
  }),
  EventAdmitted: msg({ message: 'Let in', comment: 'What happened: an event set aside counts after all. Short.' }),
  EventVoided: msg({ message: 'Voided', comment: 'What happened: an event never counts. One word.' }),
  EventRetimed: msg({ message: 'Time corrected', comment: "What happened: a device's clock was wrong. Short." }),
};

const reasonWords: Readonly<Record<string, MessageDescriptor>> = {
  damaged: msg({ message: 'damaged', comment: 'Why stock was adjusted.' }),
  expired: msg({ message: 'past its date', comment: 'Why stock was adjusted.' }),
  restored: msg({ message: 'fit for sale again', comment: 'Why stock was adjusted.' }),
  'written-off': msg({ message: 'thrown away', comment: 'Why stock was adjusted.' }),
  stolen: msg({ message: 'stolen', comment: 'Why stock was adjusted.' }),
  lost: msg({ message: 'lost', comment: 'Why stock was adjusted.' }),
  'own-use': msg({ message: 'own use', comment: 'Why stock was adjusted: the shop used it itself.' }),
  donated: msg({ message: 'given away', comment: 'Why stock was adjusted.' }),
  found: msg({ message: 'found', comment: 'Why stock was adjusted.' }),
  opening: msg({ message: 'opening stock', comment: 'Why stock was adjusted: what a store started with.' }),
  'corrected-up': msg({
    message: 'corrected upwards',
    comment: 'Why stock was adjusted: taken over from another system.',
  }),
  'corrected-down': msg({
    message: 'corrected downwards',
    comment: 'Why stock was adjusted: taken over from another system.',
  }),
};

const setAsideWords: Readonly<Record<string, MessageDescriptor>> = {
  'revoked-device': msg({
    message: 'its device was revoked before it sent this',
    comment: 'Why an event is kept but not counted.',
  }),
  resupplied: msg({
    message: 'another store brought it back after a restore; its own device has not sent it yet',
    comment: 'Why an event is kept but not counted.',
  }),
  'other-store': msg({
    message: 'a device wrote for another store',
    comment: 'Why an event is kept but not counted.',
  }),
  'not-judged': msg({ message: 'it could not be judged', comment: 'Why an event is kept but not counted.' }),
  'invalid-payload': msg({
    message: 'what it says does not fit its kind',
    comment: 'Why an event is kept but not counted.',
  }),
  'centre-only': msg({ message: 'only the centre may write this', comment: 'Why an event is kept but not counted.' }),
  'role-missing': msg({
    message: 'the person lacked the role for it',
    comment: 'Why an event is kept but not counted.',
  }),
};

export function useEventWords(): EventWords {
  const { i18n } = useLingui();
  const wordOf = (words: Readonly<Record<string, MessageDescriptor>>, name: string): string => {
    const known = words[name];
    return known === undefined ? name : i18n._(known);
  };
  return {
    type: (type) => wordOf(typeWords, type),
    reason: (reason) => wordOf(reasonWords, reason),
    setAsideReason: (reason) => wordOf(setAsideWords, reason),
  };
}
