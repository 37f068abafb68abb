// The projectors of this domain, for those who run them.
import type { Projector } from '@streamstock/event-log';
import { alertMarksProjector } from './alert/alert-marks.ts';
import { eventStatisticsProjector } from './analytics/event-statistics.ts';
import { catalogueProjector } from './catalogue/catalogue-projector.ts';
import { itemEventsProjector } from './catalogue/item-events.ts';
import { countSessionsProjector } from './count/count-sessions-projector.ts';
import { policiesProjector } from './policy/policies-projector.ts';
import { restockOrdersProjector } from './restock/restock-orders-projector.ts';
import { promisesProjector } from './promise/promises-projector.ts';
import { eventLinksProjector } from './stock/event-links.ts';
import { stockProjector } from './stock/stock-projector.ts';
import { storesProjector } from './stores/stores-projector.ts';
import { transfersProjector } from './transfer/transfers-projector.ts';
import { valuesProjector } from './value/values-projector.ts';

/** For every device and for the centre. */
export const inventoryProjectors: readonly Projector[] = [
  storesProjector,
  catalogueProjector,
  policiesProjector,
  stockProjector,
  countSessionsProjector,
  promisesProjector,
  transfersProjector,
  restockOrdersProjector,
  alertMarksProjector,
];

/** For the centre: what devices have, the indexes from items and events to positions, what goods cost, and analytics. */
export const centralProjectors: readonly Projector[] = [
  ...inventoryProjectors,
  itemEventsProjector,
  eventLinksProjector,
  valuesProjector,
  eventStatisticsProjector,
];
