// The shop itself: goods on its shelves, moved by hands. Knows no events: it is what events and counts are about, and the
// last judge of every figure.

export type Area = string;

interface Goods {
  readonly onShelf: Map<Area, number>;
  unsellable: number;
}

export class PhysicalShop {
  readonly #goods = new Map<string, Goods>();

  #of(item: string): Goods {
    let goods = this.#goods.get(item);
    if (goods === undefined) this.#goods.set(item, (goods = { onShelf: new Map(), unsellable: 0 }));
    return goods;
  }

  /** Pieces on the shelves of one area, or of all. */
  sellable(item: string, area?: Area): number {
    const { onShelf } = this.#of(item);
    if (area !== undefined) return onShelf.get(area) ?? 0;
    return [...onShelf.values()].reduce((sum, pieces) => sum + pieces, 0);
  }

  /** Pieces in the box of damaged goods. */
  unsellable(item: string): number {
    return this.#of(item).unsellable;
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

  /** Someone carries goods to another area and tells nobody. */
  carry(item: string, from: Area, to: Area, pieces: number): void {
    const { onShelf } = this.#of(item);
    const carried = Math.min(pieces, onShelf.get(from) ?? 0);
    onShelf.set(from, (onShelf.get(from) ?? 0) - carried);
    this.put(item, to, carried);
  }
}
