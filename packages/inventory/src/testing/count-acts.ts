// How people count in simulated days: area by area, in sessions that are closed, or forgotten. Acts on a scene.
import { chance, shuffled } from './choices.ts';
import { AREAS, type ChainScene, type CountedBucket } from './chain-scene.ts';

const DAMAGED_BOX = 'damaged-box';

export class CountActs {
  readonly #scene: ChainScene;
  /** What each count that takes effect did not find, or found too many, by `store|item|bucket|session`. */
  readonly variances = new Map<string, number>();
  /** Sessions that are still to be closed. */
  readonly #toClose: { readonly store: string; readonly session: string }[] = [];

  constructor(scene: ChainScene) {
    this.#scene = scene;
  }

  get sessionsLeft(): number {
    return this.#toClose.length;
  }

  /** A counter looks at one area. A counter counts with one device. */
  #counted(store: string, session: string, area: string, items: readonly string[], seen: (item: string) => number) {
    const bucket: CountedBucket = area === DAMAGED_BOX ? 'unsellable' : 'sellable';
    const byAna = area === 'shelf';
    const lines = items.map((item) => ({ item, bucket, quantity: seen(item) }));
    const payload = { session, area, counter: byAna ? 'ana' : 'rui', lines };
    this.#scene.record(store, 'StockCounted', () => payload, { device: byAna ? 'till' : 'phone' });
  }

  /** What the count will have found, for every bucket it is about. */
  #found(store: string, session: string, items: readonly string[]): void {
    for (const item of items) {
      for (const bucket of ['sellable', 'unsellable'] as const) {
        const key = `${store}|${item}|${bucket}`;
        this.variances.set(`${key}|${session}`, this.#scene.uncovered(key));
      }
    }
  }

  /** `forgotten`: a session of several areas that nobody ever closes says nothing. */
  count(store: string, items: readonly string[], betweenAreas: () => void, forgotten: boolean): void {
    const session = `session-${this.#scene.names}`;
    const shop = this.#scene.shop(store);
    const opened = forgotten || chance(this.#scene.choices, 60);
    const open = (): void => {
      const areas = [...AREAS, DAMAGED_BOX];
      this.#scene.record(store, 'CountOpened', () => ({ session, scope: { kind: 'store' }, areas, blind: true }));
    };
    if (opened) open();
    for (const area of shuffled(this.#scene.choices, AREAS)) {
      // A counter may look twice: the second look replaces the first. Which of two looks was the second is only known while
      // their clock is: a re-timing between them can turn them round, and no flag tells of it.
      if (chance(this.#scene.choices, 15) && !this.#scene.options.wrongClocks) {
        this.#counted(store, session, area, items, () => this.#scene.choices.int(9));
        this.#scene.tick(true);
      }
      this.#counted(store, session, area, items, (item) => shop.sellable(item, area));
      this.#scene.tick();
      betweenAreas();
    }
    this.#counted(store, session, DAMAGED_BOX, items, (item) => shop.unsellable(item));
    this.#scene.tick();
    if (forgotten) return;
    this.#found(store, session, items);
    if (opened) this.#toClose.push({ store, session });
  }

  closeCount(): void {
    const next = this.#toClose.shift();
    if (next !== undefined) this.#scene.record(next.store, 'CountClosed', () => ({ session: next.session }));
  }
}
