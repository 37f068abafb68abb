// The projectors of this domain, for those who run them.
import type { Projector } from '@streamstock/event-log';
import { catalogueProjector } from './catalogue/catalogue-projector.ts';
import { itemEventsProjector } from './catalogue/item-events.ts';
import { policiesProjector } from './policy/policies-projector.ts';
import { promisesProjector } from './promise/promises-projector.ts';
import { stockProjector } from './stock/stock-projector.ts';
import { storesProjector } from './stores/stores-projector.ts';

/** For every device and for the centre. */
export const inventoryProjectors: readonly Projector[] = [
  storesProjector,
  catalogueProjector,
  policiesProjector,
  stockProjector,
  promisesProjector,
];

/** For the centre: what devices have, and the index from items to positions. */
export const centralProjectors: readonly Projector[] = [...inventoryProjectors, itemEventsProjector];
