// A document desk for one screen: opened with it, closed with it.
import { useSyncExternalStore } from 'react';
import { commandContext, type Device } from '../device/device.ts';
import { useClosable, useDevice } from '../device/use-device.tsx';
import { DocumentDesk, type DeskHost, type DeskState, type DocumentKind } from './document-desk.ts';

function hostOf(device: Device): DeskHost {
  const { engine, tryHold, recorder, clock } = device;
  return { engine, tryHold, recorder, clock, context: () => commandContext(device) };
}

const never = () => () => {};
const nothing = () => null;

/**
 * `draft`: the key of the draft to take up, or null. `onOpened` hears of it once it stands open or can not.
 * `state` is null in the first frame.
 */
export function useDesk<Doc>(
  kind: DocumentKind<Doc>,
  draft: string | null,
  onOpened?: (desk: DocumentDesk<Doc>) => void,
): { readonly desk: DocumentDesk<Doc> | null; readonly state: DeskState<Doc> | null } {
  const device = useDevice();
  const desk = useClosable(() => {
    const made = new DocumentDesk(kind, hostOf(device));
    void made.open(draft).then(() => onOpened?.(made));
    return made;
  }, draft ?? '');
  const state = useSyncExternalStore<DeskState<Doc> | null>(desk?.observe ?? never, desk?.state ?? nothing);
  return { desk, state };
}
