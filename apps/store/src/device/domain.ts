// What this device folds with: a part of its own, fetched after the first screen or with the first write.
import { readModelVersionOf, sha256 } from '@streamstock/event-log';
import { inventoryProjectors } from '@streamstock/inventory';

export { inventoryProjectors as projectors, isUnderstood as understands } from '@streamstock/inventory';

/** Which snapshots fit it. */
export const readModels: string = readModelVersionOf(sha256, inventoryProjectors);
