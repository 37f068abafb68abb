// Days in a simulated chain: hands move goods, people record what they did (or forget, or err and reverse it), thieves record
// nothing, counters look at the shelves, a truck drives between the shops. Yields the events that the devices wrote, the
// chain as it ends, and what every count must have found missing.
import type { Event } from '@streamstock/event-log';
import type { InventoryEventType, PayloadOf } from '../payloads.ts';
import { chance, pick, shuffled, type Choices } from './choices.ts';
import { DeviceClock } from './device-clock.ts';
import { makeEvent, minute, testId, type EventExtras } from './make-event.ts';
import { PhysicalShop, Truck, type Load } from './physical-shop.ts';

const AREAS = ['shelf', 'back'] as const;
const DAMAGED_BOX = 'damaged-box';
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

export interface ChainDays {
  /** Events and rulings in the order in which they happened. */
  readonly events: readonly Event[];
  readonly shops: ReadonlyMap<string, PhysicalShop>;
  /** By shipment; a shipment is of one item. */
  readonly loads: ReadonlyMap<string, Load>;
  /** What each count that takes effect did not find, or found too many, by `store|item|bucket|session`. */
  readonly variances: ReadonlyMap<string, number>;
}

type CountedBucket = 'sellable' | 'unsellable';

interface OpenOrder {
  readonly store: string;
  readonly order: string;
  readonly item: string;
}

class Days {
  readonly shops: ReadonlyMap<string, PhysicalShop>;
  readonly truck = new Truck();
  readonly events: Event[] = [];
  readonly variances = new Map<string, number>();
  /** What changed on shelves and was not recorded since the last count, by `store|item|bucket`. */
  readonly #hidden = new Map<string, number>();
  /** Mistaken entries that someone will notice. */
  readonly #mistakes: { readonly store: string; readonly event: Event; readonly line: number | null }[] = [];
  /** Sessions that are still to be closed. */
  readonly #toClose: { readonly store: string; readonly session: string }[] = [];
  readonly #orders: OpenOrder[] = [];
  readonly #clocks = new Map<string, DeviceClock>();
  readonly #choices: Choices;
  readonly #options: ChainDaysOptions;
  #minute = 0;
  #names = 0;

  constructor(choices: Choices, options: ChainDaysOptions) {
    this.#choices = choices;
    this.#options = options;
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

  #store(): string {
    return pick(this.#choices, this.#options.stores);
  }

  #shop(store: string): PhysicalShop {
    const shop = this.shops.get(store);
    if (shop === undefined) throw new Error(`There is no shop ${store}.`);
    return shop;
  }

  #item(): string {
    return pick(this.#choices, this.#options.items);
  }

  #pieces(): number {
    return 1 + this.#choices.int(5);
  }

  #area(): (typeof AREAS)[number] {
    return pick(this.#choices, AREAS);
  }

  #hide(store: string, item: string, bucket: CountedBucket, change: number): void {
    const key = `${store}|${item}|${bucket}`;
    this.#hidden.set(key, (this.#hidden.get(key) ?? 0) + change);
  }

  /** Goods with which everything begins: nobody has written them down. */
  fill(): void {
    for (const [store, shop] of this.shops) {
      for (const item of this.#options.items) {
        const pieces = this.#choices.int(20);
        shop.put(item, 'shelf', pieces);
        this.#hide(store, item, 'sellable', pieces);
      }
    }
  }

  // ── time and paper

  /**
   * Time goes by. `clocksStand`: nobody sets a clock meanwhile. Two looks of one counter at one area, with the clock set back
   * in between, stand in an order that no later reader can doubt: only movements are held against a count.
   */
  tick(clocksStand = false): void {
    this.#minute += chance(this.#choices, 10) ? 1 + this.#choices.int(90) : 1;
    if (!this.#options.wrongClocks) return;
    for (const clock of this.#clocks.values()) {
      if (chance(this.#choices, 4) && !clocksStand) clock.set(this.#nowMs());
      if (chance(this.#choices, 10)) this.events.push(...clock.push(this.#nowMs()));
    }
  }

  pushAll(): void {
    for (const clock of this.#clocks.values()) this.events.push(...clock.push(this.#nowMs()));
  }

  #nowMs(): number {
    return DAY_BEGINS_MS + this.#minute * MINUTE_MS;
  }

  /** Records as a device does. `happenedAtMinute`: written down later, with the time it happened. */
  #record<Type extends InventoryEventType>(
    store: string,
    type: Type,
    payloadOf: (name: string) => PayloadOf<Type>,
    told: { readonly device?: (typeof DEVICES)[number]; readonly happenedAtMinute?: number } = {},
  ): Event {
    const device = `${store}-${told.device ?? pick(this.#choices, DEVICES)}`;
    const name = `entry-${this.#names}`;
    this.#names += 1;
    const clock = this.#clocks.get(device);
    const now = minute(this.#minute);
    const times: EventExtras = clock?.stamp(this.#nowMs()) ?? {
      device,
      recordedAt: now,
      at: told.happenedAtMinute === undefined ? now : minute(told.happenedAtMinute),
    };
    const event = makeEvent(name, type, payloadOf(name), { store, ...times });
    this.events.push(event);
    clock?.made(event, this.#nowMs());
    return event;
  }

  // ── trade

  delivery(): void {
    const [store, item] = [this.#store(), this.#item()];
    const quantity = this.#pieces() * 3;
    this.#shop(store).put(item, this.#area(), quantity);
    this.#record(store, 'StockReceived', (document) => ({ document, lines: [{ item, quantity }] }));
  }

  #sold(store: string, lines: readonly { item: string; quantity: number }[], happenedAtMinute?: number): Event {
    const priced = lines.map((line) => ({ ...line, unitPrice: null }));
    const told = happenedAtMinute === undefined ? {} : { happenedAtMinute };
    return this.#record(store, 'StockSold', (document) => ({ document, lines: priced }), told);
  }

  sale(): void {
    const [store, item] = [this.#store(), this.#item()];
    const quantity = this.#shop(store).take(item, this.#pieces());
    if (quantity > 0) this.#sold(store, [{ item, quantity }]);
  }

  /**
   * Sold at once, written down a while later with the time it happened. Only where clocks are right: of a time that a person
   * states no clock can say how wrong it is.
   */
  saleWrittenLater(): void {
    if (this.#options.wrongClocks) return;
    const [store, item] = [this.#store(), this.#item()];
    const quantity = this.#shop(store).take(item, this.#pieces());
    const happenedAt = this.#minute;
    this.#minute += 1 + this.#choices.int(3);
    if (quantity > 0) this.#sold(store, [{ item, quantity }], happenedAt);
  }

  customerReturn(): void {
    const [store, item, quantity] = [this.#store(), this.#item(), this.#pieces()];
    const disposition = pick(this.#choices, ['sellable', 'damaged'] as const);
    if (disposition === 'sellable') this.#shop(store).put(item, this.#area(), quantity);
    else this.#shop(store).putUnsellable(item, quantity);
    const lines = [{ item, quantity, disposition }];
    this.#record(store, 'StockReturned', (document) => ({ document, lines }));
  }

  #adjusted(store: string, reason: 'damaged' | 'written-off' | 'restored', item: string, quantity: number): void {
    this.#record(store, 'StockAdjusted', (document) => ({ document, reason, lines: [{ item, quantity }] }));
  }

  damage(): void {
    const [store, item] = [this.#store(), this.#item()];
    const quantity = this.#shop(store).take(item, this.#pieces());
    this.#shop(store).putUnsellable(item, quantity);
    if (quantity > 0) this.#adjusted(store, 'damaged', item, quantity);
  }

  /** Out of the box of damaged goods: thrown away, on sale after all, or back to the supplier. */
  decideAboutDamaged(): void {
    const [store, item] = [this.#store(), this.#item()];
    const quantity = this.#shop(store).takeUnsellable(item, this.#pieces());
    const decision = this.#choices.int(3);
    if (quantity === 0) return;
    if (decision === 0) this.#adjusted(store, 'written-off', item, quantity);
    else if (decision === 1) {
      this.#shop(store).put(item, this.#area(), quantity);
      this.#adjusted(store, 'restored', item, quantity);
    } else {
      const lines = [{ item, quantity, from: 'unsellable' as const }];
      this.#record(store, 'StockReturnedToSupplier', (document) => ({ document, lines }));
    }
  }

  // ── orders

  pickOrder(): void {
    const [store, item] = [this.#store(), this.#item()];
    const quantity = this.#shop(store).take(item, this.#pieces());
    if (quantity === 0) return;
    const order = testId(`order-${this.#names}`);
    this.#shop(store).putAside(item, order, quantity);
    this.#orders.push({ store, order, item });
    this.#record(store, 'OrderPicked', () => ({ order, reservation: null, lines: [{ item, quantity }] }));
  }

  /** The customer comes (for all of it or a part, as an order or at the till), or does not. */
  endOrder(): void {
    const open = this.#orders.shift();
    if (open === undefined) return;
    const { store, order, item } = open;
    const shop = this.#shop(store);
    const quantity = shop.takeAside(item, order, this.#pieces());
    if (quantity === 0) return;
    this.#orders.push(open);
    const lines = [{ item, quantity, unitPrice: null }];
    const kind = this.#choices.int(3);
    if (kind === 0) this.#record(store, 'OrderFulfilled', (document) => ({ order, document, lines }));
    else if (kind === 1) this.#record(store, 'StockSold', (document) => ({ document, order, lines }));
    else {
      shop.put(item, this.#area(), quantity);
      const putBack = [{ item, quantity }];
      this.#record(store, 'OrderCancelled', () => ({ order, reason: 'not-collected', putBack }));
    }
  }

  // ── between shops

  /** `carelessly`: more is loaded than is written down. */
  dispatch(carelessly: boolean): void {
    const [from, item] = [this.#store(), this.#item()];
    const to = this.#options.stores.find((store) => store !== from);
    if (to === undefined) return;
    const quantity = this.#shop(from).take(item, this.#pieces());
    if (quantity === 0) return;
    const surplus = carelessly ? this.#shop(from).take(item, 1 + this.#choices.int(2)) : 0;
    this.#hide(from, item, 'sellable', -surplus);
    const lines = [{ item, quantity, unitCost: null }];
    const event = this.#record(from, 'TransferDispatched', (document) => ({
      document,
      request: null,
      to,
      expectedAt: null,
      lines,
    }));
    this.truck.load(event.id, { from, to, item, aboard: quantity, surplus });
  }

  /** A part of a shipment, or all of it, comes in; sometimes at the shop that sent it. Two people may write it down. */
  receive(): void {
    const waiting = this.truck.loads().filter(([, { aboard, surplus }]) => aboard + surplus > 0);
    if (waiting.length === 0) return;
    const [shipment, load] = waiting[this.#choices.int(waiting.length)] as (typeof waiting)[number];
    const store = chance(this.#choices, 85) ? load.to : load.from;
    const came = chance(this.#choices, 70) ? load.aboard : this.#choices.int(load.aboard + 1);
    const damaged = chance(this.#choices, 30) ? this.#choices.int(came + 1) : 0;
    const { item, surplus } = load;
    if (came + surplus === 0) return;
    load.aboard -= came;
    load.surplus = 0;
    this.#shop(store).put(item, this.#area(), came - damaged + surplus);
    this.#shop(store).putUnsellable(item, damaged);
    const receipt = `receipt-${this.#names}`;
    const lines = [{ item, accepted: came - damaged, damaged, surplus }];
    const write = (): void => {
      const { from, to } = load;
      this.#record(store, 'TransferReceived', (document) => ({ document, shipment, receipt, from, to, lines }));
    };
    write();
    if (chance(this.#choices, 20)) {
      this.tick();
      write();
    }
  }

  closeShipment(): void {
    const loads = this.truck.loads();
    if (loads.length === 0) return;
    const [shipment, load] = loads[this.#choices.int(loads.length)] as (typeof loads)[number];
    // Who closes a shipment has nothing of it left to come; what then turns up is received all the same.
    if (load.aboard > 0) return;
    load.closed = true;
    this.#record(load.from, 'TransferClosed', () => ({ shipment }));
  }

  roadTheft(): void {
    const loads = this.truck.loads().filter(([, { aboard, surplus }]) => aboard > 0 && surplus === 0);
    if (loads.length === 0) return;
    const [, load] = loads[this.#choices.int(loads.length)] as (typeof loads)[number];
    const gone = 1 + this.#choices.int(load.aboard);
    load.aboard -= gone;
    load.missing += gone;
  }

  /** What was missing of a shipment was in the depot all the time. */
  turnsUp(): void {
    const loads = this.truck.loads().filter(([, { missing }]) => missing > 0);
    if (loads.length === 0) return;
    const [, load] = loads[this.#choices.int(loads.length)] as (typeof loads)[number];
    load.aboard += load.missing;
    load.missing = 0;
  }

  // ── what nobody writes down

  theft(): void {
    const [store, item] = [this.#store(), this.#item()];
    this.#hide(store, item, 'sellable', -this.#shop(store).take(item, this.#pieces()));
  }

  misplaced(): void {
    const from = this.#area();
    this.#shop(this.#store()).carry(this.#item(), from, from === 'shelf' ? 'back' : 'shelf', this.#pieces());
  }

  brokenAndForgotten(): void {
    const [store, item] = [this.#store(), this.#item()];
    const broken = this.#shop(store).take(item, this.#pieces());
    this.#shop(store).putUnsellable(item, broken);
    this.#hide(store, item, 'sellable', -broken);
    this.#hide(store, item, 'unsellable', broken);
  }

  // ── mistakes

  /** An entry that never happened, or of which one line never did. */
  mistake(): void {
    const [store, item] = [this.#store(), this.#item()];
    const wrong = { item, quantity: this.#pieces() };
    const kind = this.#choices.int(4);
    if (kind === 0) {
      const event = this.#record(store, 'StockReceived', (document) => ({ document, lines: [wrong] }));
      this.#mistakes.push({ store, event, line: null });
    } else if (kind === 1) {
      const lines = [{ ...wrong, bucket: 'sellable' as const }];
      const counted = { session: `mistaken-${this.#names}`, area: 'shelf', counter: 'ana', lines };
      this.#mistakes.push({ store, event: this.#record(store, 'StockCounted', () => counted), line: null });
    } else {
      const real = this.#item();
      const quantity = kind === 2 ? this.#shop(store).take(real, this.#pieces()) : 0;
      const event = this.#sold(store, quantity === 0 ? [wrong] : [{ item: real, quantity }, wrong]);
      this.#mistakes.push({ store, event, line: quantity === 0 ? null : 1 });
    }
  }

  notice(): void {
    const mistake = this.#mistakes.shift();
    if (mistake === undefined) return;
    const { store, event, line } = mistake;
    const reverse = () => this.#record(store, 'EntryReversed', () => ({ target: event.id, line }));
    reverse();
    // Two people notice.
    if (chance(this.#choices, 20)) reverse();
  }

  // ── counts

  /** A counter looks at one area. A counter counts with one device. */
  #counted(store: string, session: string, area: string, items: readonly string[], seen: (item: string) => number) {
    const bucket: CountedBucket = area === DAMAGED_BOX ? 'unsellable' : 'sellable';
    const byAna = area === 'shelf';
    const lines = items.map((item) => ({ item, bucket, quantity: seen(item) }));
    const payload = { session, area, counter: byAna ? 'ana' : 'rui', lines };
    this.#record(store, 'StockCounted', () => payload, { device: byAna ? 'till' : 'phone' });
  }

  /** What the count will have found, for every bucket it is about. */
  #found(store: string, session: string, items: readonly string[]): void {
    for (const item of items) {
      for (const bucket of ['sellable', 'unsellable'] as const) {
        const key = `${store}|${item}|${bucket}`;
        this.variances.set(`${key}|${session}`, this.#hidden.get(key) ?? 0);
        this.#hidden.set(key, 0);
      }
    }
  }

  /** `forgotten`: a session of several areas that nobody ever closes says nothing. */
  count(store: string, items: readonly string[], betweenAreas: () => void, forgotten: boolean): void {
    const session = `session-${this.#names}`;
    const shop = this.#shop(store);
    const opened = forgotten || chance(this.#choices, 60);
    const open = (): void => {
      const areas = [...AREAS, DAMAGED_BOX];
      this.#record(store, 'CountOpened', () => ({ session, scope: { kind: 'store' }, areas, blind: true }));
    };
    if (opened) open();
    for (const area of shuffled(this.#choices, AREAS)) {
      // A counter may look twice: the second look replaces the first. Which of two looks was the second is only known while
      // their clock is: a re-timing between them can turn them round, and no flag tells of it.
      if (chance(this.#choices, 15) && !this.#options.wrongClocks) {
        this.#counted(store, session, area, items, () => this.#choices.int(9));
        this.tick(true);
      }
      this.#counted(store, session, area, items, (item) => shop.sellable(item, area));
      this.tick();
      betweenAreas();
    }
    this.#counted(store, session, DAMAGED_BOX, items, (item) => shop.unsellable(item));
    this.tick();
    if (forgotten) return;
    this.#found(store, session, items);
    if (opened) this.#toClose.push({ store, session });
  }

  closeCount(): void {
    const next = this.#toClose.shift();
    if (next !== undefined) this.#record(next.store, 'CountClosed', () => ({ session: next.session }));
  }

  // ── the days

  honestStep(): void {
    const acts = [
      () => this.delivery(),
      () => this.sale(),
      () => this.sale(),
      () => this.saleWrittenLater(),
      () => this.customerReturn(),
      () => this.damage(),
      () => this.decideAboutDamaged(),
      () => this.pickOrder(),
      () => this.pickOrder(),
      () => this.endOrder(),
      () => this.endOrder(),
      () => this.dispatch(false),
      () => this.dispatch(false),
      () => this.receive(),
      () => this.receive(),
      () => this.closeShipment(),
      () => this.mistake(),
      () => this.notice(),
      () => this.closeCount(),
    ] as const;
    pick(this.#choices, acts)();
    this.tick();
  }

  anyStep(): void {
    const kind = this.#choices.int(18);
    if (kind === 0) this.theft();
    else if (kind === 1) this.misplaced();
    else if (kind === 2) this.brokenAndForgotten();
    else if (kind === 3 || kind === 4) this.countOf(this.#store(), [this.#item()], chance(this.#choices, 20));
    else if (kind === 5) this.dispatch(true);
    else if (kind === 6) this.roadTheft();
    else if (kind === 7) this.turnsUp();
    else this.honestStep();
    this.tick();
  }

  countOf(store: string, items: readonly string[], forgotten: boolean): void {
    const trade = (): void => {
      if (this.#options.tradeWhileCounting) this.honestStep();
    };
    this.count(store, items, trade, forgotten);
  }

  tidyUp(): void {
    while (this.#mistakes.length > 0) {
      this.notice();
      this.tick();
    }
    while (this.#toClose.length > 0) {
      this.closeCount();
      this.tick();
    }
  }
}

/** Days with thieves, then a final count of everything everywhere, then honest days. */
export function simulateChainDays(choices: Choices, options: ChainDaysOptions): ChainDays {
  const days = new Days(choices, options);
  days.fill();
  for (let step = 0; step < options.steps; step += 1) days.anyStep();
  for (const store of options.stores) days.countOf(store, options.items, false);
  for (let step = 0; step < options.honestSteps; step += 1) days.honestStep();
  days.tidyUp();
  days.pushAll();
  const { events, shops, truck, variances } = days;
  return { events, shops, variances, loads: new Map(truck.loads()) };
}
