// Scanner and keys for components: one wedge scanner and one key desk per page; screens register with hooks. No decisions.
import {
  createContext,
  use,
  useEffect,
  useEffectEvent,
  useInsertionEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import type { ReactNode } from 'react';
import { KeyDesk, type KeyHandler } from '../keys/key-desk.ts';
import { ScanDesk, type ScanDeskState, type ScanHandler } from './scan-desk.ts';
import { startDesks, type Desks } from './start-desks.ts';

const DesksContext = createContext<Desks | null>(null);

export function ScannerProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [desks] = useState<Desks>(() => ({ scans: new ScanDesk(), keys: new KeyDesk() }));
  useEffect(() => startDesks(desks), [desks]);
  return <DesksContext value={desks}>{children}</DesksContext>;
}

function useDesks(): Desks {
  const desks = use(DesksContext);
  if (desks === null) throw new Error('Scanning needs a ScannerProvider above it.');
  return desks;
}

/** Takes every scan while the component is on the screen; the newest component goes first. null: not now. */
export function useScan(handler: ScanHandler | null): void {
  const { scans } = useDesks();
  const onScan = useEffectEvent((code: string) => handler?.(code));
  const active = handler !== null;
  useEffect(() => (active ? scans.handle((code) => onScan(code)) : undefined), [scans, active]);
}

/** Keeps scans while `held`: a dialog is open, or a commit runs. */
export function useHoldScans(held: boolean): void {
  const { scans } = useDesks();
  useEffect(() => (held ? scans.hold() : undefined), [scans, held]);
}

export function useScanDeskState(): ScanDeskState {
  const { scans } = useDesks();
  return useSyncExternalStore(scans.observe, scans.state);
}

/** Is asked about every key while the component is on the screen; answers whether it used it. */
export function useKeys(handler: KeyHandler): void {
  const { keys } = useDesks();
  const onKey = useEffectEvent(handler);
  useEffect(() => keys.handle((key) => onKey(key)), [keys]);
}

/** The same for a layer over the screen: asked after what is inside the layer, before everything below it. */
export function useLayerKeys(handler: KeyHandler): void {
  const { keys } = useDesks();
  const onKey = useEffectEvent(handler);
  // Before the effects of its children, which React runs first: the last to register is asked first.
  useInsertionEffect(() => keys.handle((key) => onKey(key)), [keys]);
}
