// Days in a simulated chain: hands move goods, people record what they did (or forget, or err and reverse it), thieves record
// nothing, counters look at the shelves, a truck drives between the shops. Yields the events that the devices wrote, the
// chain as it ends, and what every count must have found missing.
import type { Event } from '@streamstock/event-log';
import { ChainScene, type ChainDaysOptions } from './chain-scene.ts';
import { chance, pick, type Choices } from './choices.ts';
import { CountActs } from './count-acts.ts';
import type { Load, PhysicalShop } from './physical-shop.ts';
import { RoadActs } from './road-acts.ts';
import { ShopActs } from './shop-acts.ts';

export interface ChainDays {
  /** Events and rulings in the order in which they happened. */
  readonly events: readonly Event[];
  readonly shops: ReadonlyMap<string, PhysicalShop>;
  /** By shipment; a shipment is of one item. */
  readonly loads: ReadonlyMap<string, Load>;
  /** What each count that takes effect did not find, or found too many, by `store|item|bucket|session`. */
  readonly variances: ReadonlyMap<string, number>;
}

class Days {
  readonly scene: ChainScene;
  readonly #shop: ShopActs;
  readonly #road: RoadActs;
  readonly #counts: CountActs;

  constructor(scene: ChainScene) {
    this.scene = scene;
    this.#shop = new ShopActs(scene);
    this.#road = new RoadActs(scene);
    this.#counts = new CountActs(scene);
  }

  get variances(): ReadonlyMap<string, number> {
    return this.#counts.variances;
  }

  honestStep(): void {
    const acts = [
      () => this.#shop.delivery(),
      () => this.#shop.sale(),
      () => this.#shop.sale(),
      () => this.#shop.saleWrittenLater(),
      () => this.#shop.customerReturn(),
      () => this.#shop.damage(),
      () => this.#shop.decideAboutDamaged(),
      () => this.#shop.pickOrder(),
      () => this.#shop.pickOrder(),
      () => this.#shop.endOrder(),
      () => this.#shop.endOrder(),
      () => this.#road.dispatch(false),
      () => this.#road.dispatch(false),
      () => this.#road.receive(),
      () => this.#road.receive(),
      () => this.#road.closeShipment(),
      () => this.#shop.mistake(),
      () => this.#shop.notice(),
      () => this.#counts.closeCount(),
    ] as const;
    pick(this.scene.choices, acts)();
    this.scene.tick();
  }

  anyStep(): void {
    const kind = this.scene.choices.int(18);
    if (kind === 0) this.#shop.theft();
    else if (kind === 1) this.#shop.misplaced();
    else if (kind === 2) this.#shop.brokenAndForgotten();
    else if (kind === 3 || kind === 4)
      this.countOf(this.scene.store(), [this.scene.item()], chance(this.scene.choices, 20));
    else if (kind === 5) this.#road.dispatch(true);
    else if (kind === 6) this.#road.roadTheft();
    else if (kind === 7) this.#road.turnsUp();
    else this.honestStep();
    this.scene.tick();
  }

  countOf(store: string, items: readonly string[], forgotten: boolean): void {
    const trade = (): void => {
      if (this.scene.options.tradeWhileCounting) this.honestStep();
    };
    this.#counts.count(store, items, trade, forgotten);
  }

  tidyUp(): void {
    while (this.#shop.mistakesLeft > 0) {
      this.#shop.notice();
      this.scene.tick();
    }
    while (this.#counts.sessionsLeft > 0) {
      this.#counts.closeCount();
      this.scene.tick();
    }
  }
}
/** Days with thieves, then a final count of everything everywhere, then honest days. */
export function simulateChainDays(choices: Choices, options: ChainDaysOptions): ChainDays {
  const days = new Days(new ChainScene(choices, options));
  days.scene.fill();
  for (let step = 0; step < options.steps; step += 1) days.anyStep();
  for (const store of options.stores) days.countOf(store, options.items, false);
  for (let step = 0; step < options.honestSteps; step += 1) days.honestStep();
  days.tidyUp();
  days.scene.pushAll();
  const { events, shops, truck } = days.scene;
  return { events, shops, variances: days.variances, loads: new Map(truck.loads()) };
}
