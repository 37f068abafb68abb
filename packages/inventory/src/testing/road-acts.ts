// What happens to goods between shops: dispatched, received (also twice on paper), stolen on the road, found again. Acts on a
// scene.
import { chance } from './choices.ts';
import type { ChainScene } from './chain-scene.ts';

export class RoadActs {
  readonly #scene: ChainScene;

  constructor(scene: ChainScene) {
    this.#scene = scene;
  }

  /** `carelessly`: more is loaded than is written down. */
  dispatch(carelessly: boolean): void {
    const [from, item] = [this.#scene.store(), this.#scene.item()];
    const to = this.#scene.options.stores.find((store) => store !== from);
    if (to === undefined) return;
    const quantity = this.#scene.shop(from).take(item, this.#scene.pieces());
    if (quantity === 0) return;
    const surplus = carelessly ? this.#scene.shop(from).take(item, 1 + this.#scene.choices.int(2)) : 0;
    this.#scene.hide(from, item, 'sellable', -surplus);
    const lines = [{ item, quantity, unitCost: null }];
    const event = this.#scene.record(from, 'TransferDispatched', (document) => ({
      document,
      request: null,
      to,
      expectedAt: null,
      lines,
    }));
    this.#scene.truck.load(event.id, { from, to, item, aboard: quantity, surplus });
  }

  /** A part of a shipment, or all of it, comes in; sometimes at the shop that sent it. Two people may write it down. */
  receive(): void {
    const waiting = this.#scene.truck.loads().filter(([, { aboard, surplus }]) => aboard + surplus > 0);
    if (waiting.length === 0) return;
    const [shipment, load] = waiting[this.#scene.choices.int(waiting.length)] as (typeof waiting)[number];
    const store = chance(this.#scene.choices, 85) ? load.to : load.from;
    const came = chance(this.#scene.choices, 70) ? load.aboard : this.#scene.choices.int(load.aboard + 1);
    const damaged = chance(this.#scene.choices, 30) ? this.#scene.choices.int(came + 1) : 0;
    const { item, surplus } = load;
    if (came + surplus === 0) return;
    load.aboard -= came;
    load.surplus = 0;
    this.#scene.shop(store).put(item, this.#scene.area(), came - damaged + surplus);
    this.#scene.shop(store).putUnsellable(item, damaged);
    const receipt = `receipt-${this.#scene.names}`;
    const lines = [{ item, accepted: came - damaged, damaged, surplus }];
    const write = (): void => {
      const { from, to } = load;
      this.#scene.record(store, 'TransferReceived', (document) => ({ document, shipment, receipt, from, to, lines }));
    };
    write();
    if (chance(this.#scene.choices, 20)) {
      this.#scene.tick();
      write();
    }
  }

  closeShipment(): void {
    const loads = this.#scene.truck.loads();
    if (loads.length === 0) return;
    const [shipment, load] = loads[this.#scene.choices.int(loads.length)] as (typeof loads)[number];
    // Who closes a shipment has nothing of it left to come; what then turns up is received all the same.
    if (load.aboard > 0) return;
    load.closed = true;
    this.#scene.record(load.from, 'TransferClosed', () => ({ shipment }));
  }

  roadTheft(): void {
    const loads = this.#scene.truck.loads().filter(([, { aboard, surplus }]) => aboard > 0 && surplus === 0);
    if (loads.length === 0) return;
    const [, load] = loads[this.#scene.choices.int(loads.length)] as (typeof loads)[number];
    const gone = 1 + this.#scene.choices.int(load.aboard);
    load.aboard -= gone;
    load.missing += gone;
  }

  /** What was missing of a shipment was in the depot all the time. */
  turnsUp(): void {
    const loads = this.#scene.truck.loads().filter(([, { missing }]) => missing > 0);
    if (loads.length === 0) return;
    const [, load] = loads[this.#scene.choices.int(loads.length)] as (typeof loads)[number];
    load.aboard += load.missing;
    load.missing = 0;
  }
}
