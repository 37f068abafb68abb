// Where simulated days take place: the shops, the truck, the clocks, and the paper on which devices write. Owns time and what
// was recorded; what happens is up to who acts on it.
import type { Event } from '@streamstock/event-log';
import type { InventoryEventType, PayloadOf } from '../payloads.ts';
import { chance, pick, type Choices } from './choices.ts';
import { DeviceClock } from './device-clock.ts';
import { makeEvent, minute, type EventExtras } from './make-event.ts';
import { PhysicalShop, Truck } from './physical-shop.ts';

export const AREAS = ['shelf', 'back'] as const;
const DEVICES = ['till', 'phone'] as const;
const MINUTE_MS = 60_000;
const DAY_BEGINS_MS = Date.UTC(2026, 10, 2);

export interface ChainDaysOptions {
  readonly stores: readonly [string, ...string[]];
  readonly items: readonly [string, ...string[]];
  /** Things that happen before the final count of everything. */
  readonly steps: number;
  /** Things that happen after it, all of them recorded. */
  readonly honestSteps: number;
  /** Goods move while counts are made. */
  readonly tradeWhileCounting: boolean;
  /** Clocks are off, drift, and are set; absent: every clock is right, and known to be. */
  readonly wrongClocks: boolean;
}
export type CountedBucket = 'sellable' | 'unsellable';

export class ChainScene {
  readonly shops: ReadonlyMap<string, PhysicalShop>;
  readonly truck = new Truck();
  readonly events: Event[] = [];
  readonly choices: Choices;
  readonly options: ChainDaysOptions;
  /** Minutes since the first day began. */
  minuteNow = 0;
  /** Counts what was recorded: names are made of it. */
  names = 0;
  /** What changed on shelves and was not recorded since the last count, by `store|item|bucket`. */
  readonly #hidden = new Map<string, number>();
  readonly #clocks = new Map<string, DeviceClock>();

  constructor(choices: Choices, options: ChainDaysOptions) {
    this.choices = choices;
    this.options = options;
    this.shops = new Map(options.stores.map((store) => [store, new PhysicalShop()]));
    if (!options.wrongClocks) return;
    for (const store of options.stores) {
      for (const device of DEVICES) {
        const name = `${store}-${device}`;
        this.#clocks.set(name, new DeviceClock(name, choices, DAY_BEGINS_MS));
      }
    }
  }

  // ── what people have at hand

  store(): string {
    return pick(this.choices, this.options.stores);
  }

  shop(store: string): PhysicalShop {
    const shop = this.shops.get(store);
    if (shop === undefined) throw new Error(`There is no shop ${store}.`);
    return shop;
  }

  item(): string {
    return pick(this.choices, this.options.items);
  }

  pieces(): number {
    return 1 + this.choices.int(5);
  }

  area(): (typeof AREAS)[number] {
    return pick(this.choices, AREAS);
  }

  hide(store: string, item: string, bucket: CountedBucket, change: number): void {
    const key = `${store}|${item}|${bucket}`;
    this.#hidden.set(key, (this.#hidden.get(key) ?? 0) + change);
  }

  /** Goods with which everything begins: nobody has written them down. */
  fill(): void {
    for (const [store, shop] of this.shops) {
      for (const item of this.options.items) {
        const pieces = this.choices.int(20);
        shop.put(item, 'shelf', pieces);
        this.hide(store, item, 'sellable', pieces);
      }
    }
  }
  /** What was hidden of a bucket since it was last asked. */
  uncovered(key: string): number {
    const hidden = this.#hidden.get(key) ?? 0;
    this.#hidden.set(key, 0);
    return hidden;
  }

  // ── time and paper

  /**
   * Time goes by. `clocksStand`: nobody sets a clock meanwhile. Two looks of one counter at one area, with the clock set back
   * in between, stand in an order that no later reader can doubt: only movements are held against a count.
   */
  tick(clocksStand = false): void {
    this.minuteNow += chance(this.choices, 10) ? 1 + this.choices.int(90) : 1;
    if (!this.options.wrongClocks) return;
    for (const clock of this.#clocks.values()) {
      if (chance(this.choices, 4) && !clocksStand) clock.set(this.nowMs());
      if (chance(this.choices, 10)) this.events.push(...clock.push(this.nowMs()));
    }
  }

  pushAll(): void {
    for (const clock of this.#clocks.values()) this.events.push(...clock.push(this.nowMs()));
  }

  nowMs(): number {
    return DAY_BEGINS_MS + this.minuteNow * MINUTE_MS;
  }

  /** Records as a device does. `happenedAtMinute`: written down later, with the time it happened. */
  record<Type extends InventoryEventType>(
    store: string,
    type: Type,
    payloadOf: (name: string) => PayloadOf<Type>,
    told: { readonly device?: (typeof DEVICES)[number]; readonly happenedAtMinute?: number } = {},
  ): Event {
    const device = `${store}-${told.device ?? pick(this.choices, DEVICES)}`;
    const name = `entry-${this.names}`;
    this.names += 1;
    const clock = this.#clocks.get(device);
    const now = minute(this.minuteNow);
    const times: EventExtras = clock?.stamp(this.nowMs()) ?? {
      device,
      recordedAt: now,
      at: told.happenedAtMinute === undefined ? now : minute(told.happenedAtMinute),
    };
    const event = makeEvent(name, type, payloadOf(name), { store, ...times });
    this.events.push(event);
    clock?.made(event, this.nowMs());
    return event;
  }
}
