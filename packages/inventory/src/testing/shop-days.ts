// Days in a simulated shop: hands move goods, people record what they did (or forget, or err and reverse it), thieves
// record nothing, counters look at the shelves. Yields the events that its devices wrote and the shop as it ends.
import type { Event } from '@streamstock/event-log';
import { chance, pick, type Choices } from './choices.ts';
import { makeEvent, makeRuling, minute, type EventExtras } from './make-event.ts';
import { PhysicalShop } from './physical-shop.ts';

const AREAS = ['shelf', 'back'] as const;

export interface ShopDaysOptions {
  readonly items: readonly [string, ...string[]];
  /** Things that happen before the final count of everything. */
  readonly steps: number;
  /** Things that happen after it, all of them recorded. */
  readonly honestSteps: number;
  /** Goods move while the final count is made. */
  readonly tradeWhileCounting: boolean;
  /** How far each device's clock is off, in minutes; the centre re-times what such a device wrote. */
  readonly clockOffMinutes: Readonly<Record<string, number>>;
}

export interface ShopDays {
  /** Events and rulings in the order in which they happened. */
  readonly events: readonly Event[];
  readonly shop: PhysicalShop;
}

const DEVICES = ['till-1', 'phone-1'] as const;

class Days {
  readonly shop = new PhysicalShop();
  readonly events: Event[] = [];
  /** Mistaken entries that someone will notice. */
  readonly #mistakes: { readonly event: Event; readonly line: number | null }[] = [];
  readonly #choices: Choices;
  readonly #options: ShopDaysOptions;
  #minute = 0;
  #names = 0;

  constructor(choices: Choices, options: ShopDaysOptions) {
    this.#choices = choices;
    this.#options = options;
  }

  #item(): string {
    return pick(this.#choices, this.#options.items);
  }

  #pieces(): number {
    return 1 + this.#choices.int(5);
  }

  /** Records as a device does: by its own clock, which the centre corrects when it is off. */
  #record(make: (name: string, extras: EventExtras) => Event, happenedAtMinute = this.#minute): Event {
    const device = pick(this.#choices, DEVICES);
    const off = this.#options.clockOffMinutes[device] ?? 0;
    const name = `entry-${this.#names}`;
    this.#names += 1;
    const stated = happenedAtMinute !== this.#minute;
    const recordedAt = minute(this.#minute + off);
    const at = stated ? minute(happenedAtMinute) : recordedAt;
    const event = make(name, { device, at, recordedAt });
    this.events.push(event);
    if (off !== 0 && !stated) {
      this.events.push(
        makeRuling(`${name}-retimed`, 'EventRetimed', event.id, {
          effectiveAt: minute(this.#minute),
          uncertaintyMs: 0,
        }),
      );
    }
    return event;
  }

  #sold(lines: readonly { item: string; quantity: number }[], happenedAtMinute?: number): Event {
    const priced = lines.map((line) => ({ ...line, unitPrice: null }));
    return this.#record(
      (name, extras) => makeEvent(name, 'StockSold', { document: name, lines: priced }, extras),
      happenedAtMinute,
    );
  }

  tick(): void {
    this.#minute += 1;
  }

  delivery(): void {
    const item = this.#item();
    const quantity = this.#pieces() * 3;
    this.shop.put(item, pick(this.#choices, AREAS), quantity);
    this.#record((name, extras) =>
      makeEvent(name, 'StockReceived', { document: name, lines: [{ item, quantity }] }, extras),
    );
  }

  sale(): void {
    const item = this.#item();
    const quantity = this.shop.take(item, this.#pieces());
    if (quantity > 0) this.#sold([{ item, quantity }]);
  }

  /** Sold at once, written down a while later with the time it happened. */
  saleWrittenLater(): void {
    const item = this.#item();
    const quantity = this.shop.take(item, this.#pieces());
    const happenedAt = this.#minute;
    this.#minute += 1 + this.#choices.int(3);
    if (quantity > 0) this.#sold([{ item, quantity }], happenedAt);
  }

  theft(): void {
    this.shop.take(this.#item(), this.#pieces());
  }

  misplaced(): void {
    const from = pick(this.#choices, AREAS);
    this.shop.carry(this.#item(), from, from === 'shelf' ? 'back' : 'shelf', this.#pieces());
  }

  brokenAndForgotten(): void {
    const item = this.#item();
    this.shop.putUnsellable(item, this.shop.take(item, this.#pieces()));
  }

  customerReturn(): void {
    const item = this.#item();
    const quantity = this.#pieces();
    const disposition = pick(this.#choices, ['sellable', 'damaged'] as const);
    if (disposition === 'sellable') this.shop.put(item, pick(this.#choices, AREAS), quantity);
    else this.shop.putUnsellable(item, quantity);
    this.#record((name, extras) =>
      makeEvent(name, 'StockReturned', { document: name, lines: [{ item, quantity, disposition }] }, extras),
    );
  }

  damage(): void {
    const item = this.#item();
    const quantity = this.shop.take(item, this.#pieces());
    if (quantity === 0) return;
    this.shop.putUnsellable(item, quantity);
    this.#adjusted('damaged', item, quantity);
  }

  writeOff(): void {
    const item = this.#item();
    const quantity = this.shop.takeUnsellable(item, this.#pieces());
    if (quantity > 0) this.#adjusted('written-off', item, quantity);
  }

  #adjusted(reason: 'damaged' | 'written-off', item: string, quantity: number): void {
    this.#record((name, extras) =>
      makeEvent(name, 'StockAdjusted', { document: name, reason, lines: [{ item, quantity }] }, extras),
    );
  }

  /** A sale that never happened, or of which one line never did. */
  mistake(): void {
    const item = this.#item();
    const real = this.#item();
    const quantity = chance(this.#choices, 50) ? this.shop.take(real, this.#pieces()) : 0;
    const wrong = { item, quantity: this.#pieces() };
    const event = this.#sold(quantity === 0 ? [wrong] : [{ item: real, quantity }, wrong]);
    this.#mistakes.push({ event, line: quantity === 0 ? null : 1 });
  }

  notice(): void {
    const mistake = this.#mistakes.shift();
    if (mistake === undefined) return;
    const reverse = () =>
      this.#record((name, extras) =>
        makeEvent(name, 'EntryReversed', { target: mistake.event.id, line: mistake.line }, extras),
      );
    reverse();
    // Two people notice.
    if (chance(this.#choices, 20)) reverse();
  }

  noticeAll(): void {
    while (this.#mistakes.length > 0) {
      this.notice();
      this.tick();
    }
  }

  #counted(
    session: string,
    area: string,
    lines: readonly { item: string; bucket: 'sellable' | 'unsellable'; quantity: number }[],
  ): void {
    const counter = area === 'shelf' ? 'ana' : 'rui';
    this.#record((name, extras) =>
      makeEvent(name, 'StockCounted', { session, area, counter, lines: [...lines] }, extras),
    );
  }

  count(items: readonly string[], betweenAreas: () => void): void {
    const session = `session-${this.#names}`;
    // A counter may look twice: the second look replaces the first.
    if (chance(this.#choices, 20)) {
      this.#counted(
        session,
        'shelf',
        items.map((item) => ({ item, bucket: 'sellable', quantity: this.#choices.int(9) })),
      );
      this.tick();
    }
    for (const area of AREAS) {
      this.#counted(
        session,
        area,
        items.map((item) => ({ item, bucket: 'sellable', quantity: this.shop.sellable(item, area) })),
      );
      this.tick();
      if (area === 'shelf') betweenAreas();
    }
    this.#counted(
      session,
      'damaged-box',
      items.map((item) => ({ item, bucket: 'unsellable', quantity: this.shop.unsellable(item) })),
    );
    this.tick();
  }

  honestStep(): void {
    const acts = [
      () => this.delivery(),
      () => this.sale(),
      () => this.sale(),
      () => this.saleWrittenLater(),
      () => this.customerReturn(),
      () => this.damage(),
      () => this.writeOff(),
      () => this.mistake(),
      () => this.notice(),
    ] as const;
    pick(this.#choices, acts)();
    this.tick();
  }

  anyStep(): void {
    const kind = this.#choices.int(10);
    if (kind === 0) this.theft();
    else if (kind === 1) this.misplaced();
    else if (kind === 2) this.brokenAndForgotten();
    else if (kind === 3) this.count([this.#item()], () => this.anyStep());
    else this.honestStep();
    this.tick();
  }
}

/** Days with thieves, then a final count of everything, then honest days. */
export function simulateShopDays(choices: Choices, options: ShopDaysOptions): ShopDays {
  const days = new Days(choices, options);
  for (const item of options.items) days.shop.put(item, 'shelf', choices.int(20));
  for (let step = 0; step < options.steps; step += 1) days.anyStep();
  days.count(options.items, () => {
    if (options.tradeWhileCounting) days.honestStep();
  });
  for (let step = 0; step < options.honestSteps; step += 1) days.honestStep();
  days.noticeAll();
  return { events: days.events, shop: days.shop };
}
