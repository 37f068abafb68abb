// The app of a device that belongs to a store: the frame, and the screen of the address in it.
import type { ReactNode } from 'react';
import { useCatalogue } from '../device/use-device.tsx';
import { ScannerProvider, useHoldScans } from '../scanning/use-scanner.tsx';
import { Frame } from '../shell/frame.tsx';
import { VerbKeys } from '../shell/verb-keys.tsx';
import { Routes } from './routes.tsx';

export function Store(): ReactNode {
  return (
    <ScannerProvider>
      <HoldUntilRead />
      <VerbKeys />
      <Frame>
        <Routes />
      </Frame>
    </ScannerProvider>
  );
}

/** A code scanned before the catalogue is read is not unknown: it waits. */
function HoldUntilRead(): ReactNode {
  useHoldScans(useCatalogue().state === 'loading');
  return null;
}
