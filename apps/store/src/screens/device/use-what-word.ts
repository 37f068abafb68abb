// The word for a kind of record, in the person's language.
import { useLingui } from '@lingui/react/macro';
import type { OutboxWhat } from './outbox-words.ts';

export function useWhatWord(): (what: OutboxWhat) => string {
  const { t } = useLingui();
  return (what) => {
    const words: Record<OutboxWhat, string> = {
      StockSold: t({ message: 'Sale', comment: 'A record in the outbox. One word.' }),
      StockReceived: t({ message: 'Delivery', comment: 'A record in the outbox. One word.' }),
      StockReturned: t({
        message: 'Return',
        comment: 'Verb on a tile and in the rail: a customer brings goods back. 10 letters at most.',
      }),
      StockAdjusted: t({ message: 'Correction', comment: 'A record in the outbox. One word.' }),
      StockCounted: t({
        message: 'Count',
        comment: 'Verb on a tile and in the rail: count the shelf. 10 letters at most.',
      }),
      EntryReversed: t({
        message: 'Reversal',
        comment: 'A record in the outbox: an earlier one was taken back. One word.',
      }),
      other: t({
        message: 'Other record',
        comment: 'A record in the outbox of a kind that this version does not know; short.',
      }),
      unreadable: t({ message: 'Record that can not be read', comment: 'A damaged record in the outbox; short.' }),
    };
    return words[what];
  };
}
