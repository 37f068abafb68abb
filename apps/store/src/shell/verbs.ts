// The places and verbs of the app: their order (fixed for ever: muscle memory), addresses, icons and keys.
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
}

export interface Verb extends Destination {
  /** The key that opens it on a till; browsers keep F1, F5, F11 and F12. */
  readonly key: string;
}

export const VERBS: readonly Verb[] = [
  {
    id: 'sell',
    path: '/sell',
    word: msg({ message: 'Sell', comment: 'Verb on a tile and in the rail. 10 letters at most.' }),
    icon: IconShoppingCart,
    key: 'F2',
  },
  {
    id: 'receive',
    path: '/receive',
    word: msg({ message: 'Receive', comment: 'Verb on a tile and in the rail: goods come in. 10 letters at most.' }),
    icon: IconPackageImport,
    key: 'F3',
  },
  {
    id: 'return',
    path: '/return',
    word: msg({
      message: 'Return',
      comment: 'Verb on a tile and in the rail: a customer brings goods back. 10 letters at most.',
    }),
    icon: IconArrowBackUp,
    key: 'F4',
  },
  {
    id: 'count',
    path: '/count',
    word: msg({ message: 'Count', comment: 'Verb on a tile and in the rail: count the shelf. 10 letters at most.' }),
    icon: IconClipboardCheck,
    key: 'F6',
  },
  {
    id: 'adjust',
    path: '/adjust',
    word: msg({
      message: 'Adjust',
      comment: 'Verb on a tile and in the rail: correct the stock for a reason. 10 letters at most.',
    }),
    icon: IconPlusMinus,
    key: 'F7',
  },
  {
    id: 'transfer',
    path: '/transfer',
    word: msg({
      message: 'Transfer',
      comment: 'Verb on a tile and in the rail: goods to another store. 10 letters at most.',
    }),
    icon: IconArrowsLeftRight,
    key: 'F8',
  },
  {
    id: 'collect',
    path: '/collect',
    word: msg({
      message: 'Collect',
      comment: 'Verb on a tile and in the rail: hand over what was ordered. 10 letters at most.',
    }),
    icon: IconShoppingBag,
    key: 'F9',
  },
  {
    id: 'find',
    path: '/items',
    word: msg({
      message: 'Find item',
      comment: 'Verb on a tile and in the rail: look an item up. 10 letters at most.',
    }),
    icon: IconSearch,
    key: 'F10',
  },
];

export const TODAY: Destination = {
  id: 'today',
  path: '/',
  word: msg({ message: 'Today', comment: 'Place: tab at the bottom of a phone. One word.' }),
  icon: IconHome,
};
export const TASKS: Destination = {
  id: 'tasks',
  path: '/tasks',
  word: msg({ message: 'Tasks', comment: 'Place: tab at the bottom of a phone. One word.' }),
  icon: IconListCheck,
};
export const ITEMS: Destination = {
  id: 'items',
  path: '/items',
  word: msg({ message: 'Items', comment: 'Place: tab at the bottom of a phone. One word.' }),
  icon: IconBoxSeam,
};
export const DEVICE: Destination = {
  id: 'device',
  path: '/device',
  word: msg({ message: 'Device', comment: 'Place: tab at the bottom of a phone. One word.' }),
  icon: IconDeviceMobile,
};
