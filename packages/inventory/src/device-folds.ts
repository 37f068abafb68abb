// Names and versions of the projectors of every device, for whoever must know them before the projectors themselves are fetched.
// A test holds them to `inventoryProjectors`.
import type { FoldVersion } from '@streamstock/event-log';

export const DEVICE_FOLDS: readonly FoldVersion[] = [
  { name: 'stores', version: 2 },
  { name: 'catalogue', version: 2 },
  { name: 'policies', version: 1 },
  { name: 'stock', version: 2 },
  { name: 'count-sessions', version: 1 },
  { name: 'promises', version: 1 },
  { name: 'transfers', version: 1 },
  { name: 'restock-orders', version: 1 },
  { name: 'alert-marks', version: 1 },
];
