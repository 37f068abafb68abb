// Plain words for what happened: event types and reasons, in the person's language. The event's own name stays visible in meta.
import { useLingui } from '@lingui/react/macro';

export interface EventWords {
  /** "Sold"; the bare name for a type this version does not know. */
  readonly type: (type: string) => string;
  /** "Damaged"; the bare name for a reason this version does not know. */
  readonly reason: (reason: string) => string;
}

type Translate = ReturnType<typeof useLingui>['t'];

function typeWords(t: Translate): Readonly<Record<string, string>> {
  return {
    ItemRegistered: t({ message: 'Item added', comment: 'What happened: an item entered the catalogue. Short.' }),
    ItemRevised: t({
      message: 'Item changed',
      comment: 'What happened: name, price or the like of an item changed. Short.',
    }),
    BarcodeAssigned: t({ message: 'Barcode set', comment: 'What happened: a barcode now stands for an item. Short.' }),
    StoreOpened: t({ message: 'Store opened', comment: 'What happened: a new store. Short.' }),
    StockReceived: t({ message: 'Received', comment: 'What happened: goods came in. One word.' }),
    StockSold: t({ message: 'Sold', comment: 'What happened: goods were sold. One word.' }),
    StockReturned: t({ message: 'Returned', comment: 'What happened: a customer brought goods back. One word.' }),
    StockAdjusted: t({ message: 'Adjusted', comment: 'What happened: stock was corrected for a reason. One word.' }),
    StockCounted: t({ message: 'Counted', comment: 'What happened: someone counted goods. One word.' }),
    EntryReversed: t({ message: 'Reversed', comment: 'What happened: an earlier entry was taken back. One word.' }),
    EventSetAside: t({
      message: 'Set aside',
      comment: 'What happened: the centre keeps an event but does not count it. Short.',
    }),
    EventAdmitted: t({ message: 'Let in', comment: 'What happened: an event set aside counts after all. Short.' }),
    EventVoided: t({ message: 'Voided', comment: 'What happened: an event never counts. One word.' }),
    EventRetimed: t({ message: 'Time corrected', comment: "What happened: a device's clock was wrong. Short." }),
  };
}

function reasonWords(t: Translate): Readonly<Record<string, string>> {
  return {
    damaged: t({ message: 'damaged', comment: 'Why stock was adjusted.' }),
    expired: t({ message: 'past its date', comment: 'Why stock was adjusted.' }),
    restored: t({ message: 'fit for sale again', comment: 'Why stock was adjusted.' }),
    'written-off': t({ message: 'thrown away', comment: 'Why stock was adjusted.' }),
    stolen: t({ message: 'stolen', comment: 'Why stock was adjusted.' }),
    lost: t({ message: 'lost', comment: 'Why stock was adjusted.' }),
    'own-use': t({ message: 'own use', comment: 'Why stock was adjusted: the shop used it itself.' }),
    donated: t({ message: 'given away', comment: 'Why stock was adjusted.' }),
    found: t({ message: 'found', comment: 'Why stock was adjusted.' }),
    opening: t({ message: 'opening stock', comment: 'Why stock was adjusted: what a store started with.' }),
    'corrected-up': t({
      message: 'corrected upwards',
      comment: 'Why stock was adjusted: taken over from another system.',
    }),
    'corrected-down': t({
      message: 'corrected downwards',
      comment: 'Why stock was adjusted: taken over from another system.',
    }),
  };
}

export function useEventWords(): EventWords {
  const { t } = useLingui();
  const types = typeWords(t);
  const reasons = reasonWords(t);
  return { type: (type) => types[type] ?? type, reason: (reason) => reasons[reason] ?? reason };
}
