// The eight verbs and four places of the app: their order (fixed for ever: muscle memory), addresses, icons and keys.
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { IconComponent } from '@streamstock/ui';
import {
  IconArrowBackUp,
  IconArrowsLeftRight,
  IconBoxSeam,
  IconClipboardCheck,
  IconDeviceMobile,
  IconHome,
  IconListCheck,
  IconPackageImport,
  IconPlusMinus,
  IconSearch,
  IconShoppingBag,
  IconShoppingCart,
} from '@tabler/icons-react';

export interface Destination {
  readonly id: string;
  readonly path: string;
  readonly word: MessageDescriptor;
  readonly icon: IconComponent;
  /** The key that opens it on a till; browsers keep F1, F5, F11 and F12. */
  readonly key?: string;
}

const verbNote = 'A verb on a large tile and in the rail of the till. One word, 10 letters at most.';

export const VERBS: readonly Destination[] = [
  { id: 'sell', path: '/sell', word: msg({ message: 'Sell', comment: verbNote }), icon: IconShoppingCart, key: 'F2' },
  { id: 'receive', path: '/receive', word: msg({ message: 'Receive', comment: verbNote }), icon: IconPackageImport, key: 'F3' },
  { id: 'return', path: '/return', word: msg({ message: 'Return', comment: verbNote }), icon: IconArrowBackUp, key: 'F4' },
  { id: 'count', path: '/count', word: msg({ message: 'Count', comment: verbNote }), icon: IconClipboardCheck, key: 'F6' },
  { id: 'adjust', path: '/adjust', word: msg({ message: 'Adjust', comment: verbNote }), icon: IconPlusMinus, key: 'F7' },
  { id: 'transfer', path: '/transfer', word: msg({ message: 'Transfer', comment: verbNote }), icon: IconArrowsLeftRight, key: 'F8' },
  { id: 'collect', path: '/collect', word: msg({ message: 'Collect', comment: verbNote }), icon: IconShoppingBag, key: 'F9' },
  { id: 'find', path: '/items', word: msg({ message: 'Find item', comment: verbNote }), icon: IconSearch, key: 'F10' },
];

const placeNote = 'A place of the app, on the tabs at the bottom of a phone. One word.';

export const TODAY: Destination = { id: 'today', path: '/', word: msg({ message: 'Today', comment: placeNote }), icon: IconHome };
export const DEVICE: Destination = { id: 'device', path: '/device', word: msg({ message: 'Device', comment: placeNote }), icon: IconDeviceMobile };

export const TABS: readonly Destination[] = [
  TODAY,
  { id: 'tasks', path: '/tasks', word: msg({ message: 'Tasks', comment: placeNote }), icon: IconListCheck },
  { id: 'items', path: '/items', word: msg({ message: 'Items', comment: placeNote }), icon: IconBoxSeam },
  DEVICE,
];
