// What people do in a shop, and what they do not write down: trade, orders, theft, mistakes. Acts on a scene.
import type { Event } from '@streamstock/event-log';
import { chance, pick } from './choices.ts';
import type { ChainScene } from './chain-scene.ts';
import { testId } from './make-event.ts';

interface OpenOrder {
  readonly store: string;
  readonly order: string;
  readonly item: string;
}

export class ShopActs {
  readonly #scene: ChainScene;
  /** Mistaken entries that someone will notice. */
  readonly #mistakes: { readonly store: string; readonly event: Event; readonly line: number | null }[] = [];
  readonly #orders: OpenOrder[] = [];

  constructor(scene: ChainScene) {
    this.#scene = scene;
  }

  get mistakesLeft(): number {
    return this.#mistakes.length;
  }

  // ── trade

  delivery(): void {
    const [store, item] = [this.#scene.store(), this.#scene.item()];
    const quantity = this.#scene.pieces() * 3;
    this.#scene.shop(store).put(item, this.#scene.area(), quantity);
    this.#scene.record(store, 'StockReceived', (document) => ({ document, lines: [{ item, quantity }] }));
  }

  #sold(store: string, lines: readonly { item: string; quantity: number }[], happenedAtMinute?: number): Event {
    const priced = lines.map((line) => ({ ...line, unitPrice: null }));
    const told = happenedAtMinute === undefined ? {} : { happenedAtMinute };
    return this.#scene.record(store, 'StockSold', (document) => ({ document, lines: priced }), told);
  }

  sale(): void {
    const [store, item] = [this.#scene.store(), this.#scene.item()];
    const quantity = this.#scene.shop(store).take(item, this.#scene.pieces());
    if (quantity > 0) this.#sold(store, [{ item, quantity }]);
  }

  /**
   * Sold at once, written down a while later with the time it happened. Only where clocks are right: of a time that a person
   * states no clock can say how wrong it is.
   */
  saleWrittenLater(): void {
    if (this.#scene.options.wrongClocks) return;
    const [store, item] = [this.#scene.store(), this.#scene.item()];
    const quantity = this.#scene.shop(store).take(item, this.#scene.pieces());
    const happenedAt = this.#scene.minuteNow;
    this.#scene.minuteNow += 1 + this.#scene.choices.int(3);
    if (quantity > 0) this.#sold(store, [{ item, quantity }], happenedAt);
  }

  customerReturn(): void {
    const [store, item, quantity] = [this.#scene.store(), this.#scene.item(), this.#scene.pieces()];
    const disposition = pick(this.#scene.choices, ['sellable', 'damaged'] as const);
    if (disposition === 'sellable') this.#scene.shop(store).put(item, this.#scene.area(), quantity);
    else this.#scene.shop(store).putUnsellable(item, quantity);
    const lines = [{ item, quantity, disposition }];
    this.#scene.record(store, 'StockReturned', (document) => ({ document, lines }));
  }

  #adjusted(store: string, reason: 'damaged' | 'written-off' | 'restored', item: string, quantity: number): void {
    this.#scene.record(store, 'StockAdjusted', (document) => ({ document, reason, lines: [{ item, quantity }] }));
  }

  damage(): void {
    const [store, item] = [this.#scene.store(), this.#scene.item()];
    const quantity = this.#scene.shop(store).take(item, this.#scene.pieces());
    this.#scene.shop(store).putUnsellable(item, quantity);
    if (quantity > 0) this.#adjusted(store, 'damaged', item, quantity);
  }

  /** Out of the box of damaged goods: thrown away, on sale after all, or back to the supplier. */
  decideAboutDamaged(): void {
    const [store, item] = [this.#scene.store(), this.#scene.item()];
    const quantity = this.#scene.shop(store).takeUnsellable(item, this.#scene.pieces());
    const decision = this.#scene.choices.int(3);
    if (quantity === 0) return;
    if (decision === 0) this.#adjusted(store, 'written-off', item, quantity);
    else if (decision === 1) {
      this.#scene.shop(store).put(item, this.#scene.area(), quantity);
      this.#adjusted(store, 'restored', item, quantity);
    } else {
      const lines = [{ item, quantity, from: 'unsellable' as const }];
      this.#scene.record(store, 'StockReturnedToSupplier', (document) => ({ document, lines }));
    }
  }

  // ── orders

  pickOrder(): void {
    const [store, item] = [this.#scene.store(), this.#scene.item()];
    const quantity = this.#scene.shop(store).take(item, this.#scene.pieces());
    if (quantity === 0) return;
    const order = testId(`order-${this.#scene.names}`);
    this.#scene.shop(store).putAside(item, order, quantity);
    this.#orders.push({ store, order, item });
    this.#scene.record(store, 'OrderPicked', () => ({ order, reservation: null, lines: [{ item, quantity }] }));
  }

  /** The customer comes (for all of it or a part, as an order or at the till), or does not. */
  endOrder(): void {
    const open = this.#orders.shift();
    if (open === undefined) return;
    const { store, order, item } = open;
    const shop = this.#scene.shop(store);
    const quantity = shop.takeAside(item, order, this.#scene.pieces());
    if (quantity === 0) return;
    this.#orders.push(open);
    const lines = [{ item, quantity, unitPrice: null }];
    const kind = this.#scene.choices.int(3);
    if (kind === 0) this.#scene.record(store, 'OrderFulfilled', (document) => ({ order, document, lines }));
    else if (kind === 1) this.#scene.record(store, 'StockSold', (document) => ({ document, order, lines }));
    else {
      shop.put(item, this.#scene.area(), quantity);
      const putBack = [{ item, quantity }];
      this.#scene.record(store, 'OrderCancelled', () => ({ order, reason: 'not-collected', putBack }));
    }
  }

  // ── what nobody writes down

  theft(): void {
    const [store, item] = [this.#scene.store(), this.#scene.item()];
    this.#scene.hide(store, item, 'sellable', -this.#scene.shop(store).take(item, this.#scene.pieces()));
  }

  misplaced(): void {
    const from = this.#scene.area();
    this.#scene
      .shop(this.#scene.store())
      .carry(this.#scene.item(), from, from === 'shelf' ? 'back' : 'shelf', this.#scene.pieces());
  }

  brokenAndForgotten(): void {
    const [store, item] = [this.#scene.store(), this.#scene.item()];
    const broken = this.#scene.shop(store).take(item, this.#scene.pieces());
    this.#scene.shop(store).putUnsellable(item, broken);
    this.#scene.hide(store, item, 'sellable', -broken);
    this.#scene.hide(store, item, 'unsellable', broken);
  }

  // ── mistakes

  /** An entry that never happened, or of which one line never did. */
  mistake(): void {
    const [store, item] = [this.#scene.store(), this.#scene.item()];
    const wrong = { item, quantity: this.#scene.pieces() };
    const kind = this.#scene.choices.int(4);
    if (kind === 0) {
      const event = this.#scene.record(store, 'StockReceived', (document) => ({ document, lines: [wrong] }));
      this.#mistakes.push({ store, event, line: null });
    } else if (kind === 1) {
      const lines = [{ ...wrong, bucket: 'sellable' as const }];
      const counted = { session: `mistaken-${this.#scene.names}`, area: 'shelf', counter: 'ana', lines };
      this.#mistakes.push({ store, event: this.#scene.record(store, 'StockCounted', () => counted), line: null });
    } else {
      const real = this.#scene.item();
      const quantity = kind === 2 ? this.#scene.shop(store).take(real, this.#scene.pieces()) : 0;
      const event = this.#sold(store, quantity === 0 ? [wrong] : [{ item: real, quantity }, wrong]);
      this.#mistakes.push({ store, event, line: quantity === 0 ? null : 1 });
    }
  }

  notice(): void {
    const mistake = this.#mistakes.shift();
    if (mistake === undefined) return;
    const { store, event, line } = mistake;
    const reverse = () => this.#scene.record(store, 'EntryReversed', () => ({ target: event.id, line }));
    reverse();
    // Two people notice.
    if (chance(this.#scene.choices, 20)) reverse();
  }
}
