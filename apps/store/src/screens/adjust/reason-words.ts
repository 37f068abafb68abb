// The reasons for correcting stock, in words.
import { useLingui } from '@lingui/react/macro';

export function useReasonWord(): (reason: string) => string {
  const { t } = useLingui();
  return (reason) => {
    switch (reason) {
      case 'damaged':
        return t({ message: 'Damaged', comment: 'Reason for a correction of stock: broken or soiled; short.' });
      case 'expired':
        return t({ message: 'Expired', comment: 'Reason for a correction of stock: past its date; short.' });
      case 'restored':
        return t({ message: 'Fit for sale again', comment: 'Reason for a correction of stock; short.' });
      case 'written-off':
        return t({
          message: 'Thrown away',
          comment: 'Reason for a correction of stock: damaged goods leave the store; short.',
        });
      case 'stolen':
        return t({ message: 'Stolen', comment: 'Reason for a correction of stock; short.' });
      case 'lost':
        return t({ message: 'Lost', comment: 'Reason for a correction of stock: gone, nobody knows how; short.' });
      case 'own-use':
        return t({ message: 'Used by the shop', comment: 'Reason for a correction of stock; short.' });
      case 'donated':
        return t({ message: 'Given away', comment: 'Reason for a correction of stock; short.' });
      case 'found':
        return t({ message: 'Found', comment: 'Reason for a correction of stock: turned up; short.' });
      case 'opening':
        return t({
          message: 'Opening stock',
          comment: 'Reason for a correction of stock: what a store starts with; short.',
        });
      case 'corrected-up':
      case 'corrected-down':
        return t({ message: 'Corrected', comment: 'A movement of goods in the sum that explains a figure; short.' });
      default:
        return reason;
    }
  };
}
