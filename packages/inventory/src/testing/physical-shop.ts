// The shop itself: goods on its shelves, in its box of damaged goods and at its counter, moved by hands. And the truck
// between shops. Know no events: they are what events and counts are about, and the last judge of every figure.

export type Area = string;

interface Goods {
  readonly onShelf: Map<Area, number>;
  unsellable: number;
  /** Set aside at the counter, by order. */
  readonly forOrders: Map<string, number>;
}

function total(pieces: Iterable<number>): number {
  let all = 0;
  for (const some of pieces) all += some;
  return all;
}

export class PhysicalShop {
  readonly #goods = new Map<string, Goods>();

  #of(item: string): Goods {
    let goods = this.#goods.get(item);
    if (goods === undefined) {
      goods = { onShelf: new Map(), unsellable: 0, forOrders: new Map() };
      this.#goods.set(item, goods);
    }
    return goods;
  }

  /** Pieces on the shelves of one area, or of all. */
  sellable(item: string, area?: Area): number {
    const { onShelf } = this.#of(item);
    return area === undefined ? total(onShelf.values()) : (onShelf.get(area) ?? 0);
  }

  /** Pieces in the box of damaged goods. */
  unsellable(item: string): number {
    return this.#of(item).unsellable;
  }

  /** Pieces at the counter, for all orders. */
  picked(item: string): number {
    return total(this.#of(item).forOrders.values());
  }

  put(item: string, area: Area, pieces: number): void {
    const { onShelf } = this.#of(item);
    onShelf.set(area, (onShelf.get(area) ?? 0) + pieces);
  }

  /** Takes pieces off the shelves, wherever they stand; nobody can take what is not there. Returns how many it were. */
  take(item: string, pieces: number): number {
    const { onShelf } = this.#of(item);
    let left = pieces;
    for (const [area, there] of onShelf) {
      const taken = Math.min(left, there);
      onShelf.set(area, there - taken);
      left -= taken;
    }
    return pieces - left;
  }

  putUnsellable(item: string, pieces: number): void {
    this.#of(item).unsellable += pieces;
  }

  takeUnsellable(item: string, pieces: number): number {
    const goods = this.#of(item);
    const taken = Math.min(pieces, goods.unsellable);
    goods.unsellable -= taken;
    return taken;
  }

  putAside(item: string, order: string, pieces: number): void {
    const { forOrders } = this.#of(item);
    forOrders.set(order, (forOrders.get(order) ?? 0) + pieces);
  }

  /** Takes pieces that were set aside for an order. Returns how many it were. */
  takeAside(item: string, order: string, pieces: number): number {
    const { forOrders } = this.#of(item);
    const taken = Math.min(pieces, forOrders.get(order) ?? 0);
    forOrders.set(order, (forOrders.get(order) ?? 0) - taken);
    return taken;
  }

  /** Someone carries goods to another area and tells nobody. */
  carry(item: string, from: Area, to: Area, pieces: number): void {
    const { onShelf } = this.#of(item);
    const carried = Math.min(pieces, onShelf.get(from) ?? 0);
    onShelf.set(from, (onShelf.get(from) ?? 0) - carried);
    this.put(item, to, carried);
  }
}

/** One item of one shipment on the road. */
export interface Load {
  readonly from: string;
  readonly to: string;
  readonly item: string;
  /** On the truck, as the papers say. */
  aboard: number;
  /** On the truck and on no paper. */
  surplus: number;
  /** Was on the papers and is not on the truck any more. */
  missing: number;
  closed: boolean;
}

/** What is between shops, by shipment; a shipment is of one item. */
export class Truck {
  readonly #loads = new Map<string, Load>();

  load(shipment: string, goods: { from: string; to: string; item: string; aboard: number; surplus: number }): void {
    this.#loads.set(shipment, { ...goods, missing: 0, closed: false });
  }

  loads(): readonly (readonly [string, Load])[] {
    return [...this.#loads];
  }
}
