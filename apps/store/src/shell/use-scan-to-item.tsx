// Scanning where no document is open: shows the item; an unknown code is kept in Tasks and said.
import { useLingui } from '@lingui/react/macro';
import { ErrorStrip } from '@streamstock/ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useCatalogue, useDevice } from '../device/use-device.tsx';
import { playScan } from '../scanning/feedback.ts';
import { useScan } from '../scanning/use-scanner.tsx';
import { PlainButton } from './plain-button.tsx';
import { useGo } from './use-go.ts';

/** Returns the strip to show, or null. */
export function useScanToItem(): ReactNode {
  const { t } = useLingui();
  const { unknownCodes, clock } = useDevice();
  const catalogue = useCatalogue();
  const go = useGo();
  const [unknown, setUnknown] = useState<string | null>(null);
  useScan((code) => {
    const found = catalogue.find(code);
    if (found !== undefined) {
      playScan('accepted');
      return go.to(`/items/${encodeURIComponent(found.item.item)}`);
    }
    playScan('unknown');
    setUnknown(code);
    void unknownCodes.keep(code, clock());
  });
  if (unknown === null) return null;
  return (
    <ErrorStrip
      what={t({ message: `Unknown code ${unknown}.`, comment: 'After scanning a code that no item has.' })}
      safe={t({ message: 'It is kept in Tasks; go on scanning.', comment: 'Follows "Unknown code".' })}
      actions={
        <PlainButton onClick={() => setUnknown(null)}>
          {t({ message: 'Got it', comment: 'Button: takes a notice away.' })}
        </PlainButton>
      }
    />
  );
}
