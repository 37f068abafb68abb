// Who is connected: by store, by device, by address, and who has not said hello yet. Owns these indexes and the bounds on
// their numbers; a connection's conversation is its own.
import type { DeviceId, StoreId } from '@streamstock/event-log';
import type { Connection } from './connection.ts';
import type { EngineBounds } from './limits.ts';

type ConnectionBounds = Pick<
  EngineBounds,
  'connectionsMax' | 'connectionsPerAddressMax' | 'connectionsPerStoreMax' | 'connectionsPerDeviceMax'
>;

/** Where a socket comes from; null: not counted (a proxy's, for example). */
export type Address = string | null;

export class Connections {
  readonly #bounds: ConnectionBounds;
  readonly #addresses = new Map<Connection, Address>();
  readonly #greeting = new Set<Connection>();
  readonly #byStore = new Map<StoreId, Set<Connection>>();
  readonly #byDevice = new Map<DeviceId, Set<Connection>>();
  readonly #perAddress = new Map<string, number>();

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#addresses.size;
  }

  /** Those that were not welcomed yet. */
  get greeting(): Iterable<Connection> {
    return this.#greeting;
  }

  all(): Connection[] {
    return [...this.#addresses.keys()];
  }

  /** A live view: who comes or goes meanwhile is in it or not. */
  each(): Iterable<Connection> {
    return this.#addresses.keys();
  }

  ofStore(store: StoreId): Iterable<Connection> {
    return this.#byStore.get(store) ?? [];
  }

  /** Whether one more may come from there. To be asked before `add`. */
  hasRoom(address: Address): boolean {
    const { connectionsMax, connectionsPerAddressMax } = this.#bounds;
    if (this.size >= connectionsMax) return false;
    return address === null || (this.#perAddress.get(address) ?? 0) < connectionsPerAddressMax;
  }

  add(connection: Connection, address: Address): void {
    this.#addresses.set(connection, address);
    this.#greeting.add(connection);
    if (address !== null) this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
  }

  /**
   * The device is known now. `tooMany`: its older connections that must go (a socket that died unseen, or a clone); `storeFull`:
   * this one must come back later.
   */
  greeted(
    connection: Connection,
    device: DeviceId,
    store: StoreId,
  ): { readonly tooMany: readonly Connection[]; readonly storeFull: boolean } {
    this.#greeting.delete(connection);
    const ofDevice = addTo(this.#byDevice, device, connection);
    const ofStore = addTo(this.#byStore, store, connection);
    const { connectionsPerDeviceMax, connectionsPerStoreMax } = this.#bounds;
    const tooMany = [...ofDevice].slice(0, Math.max(0, ofDevice.size - connectionsPerDeviceMax));
    return { tooMany, storeFull: ofStore.size - tooMany.length > connectionsPerStoreMax };
  }

  remove(connection: Connection): void {
    const address = this.#addresses.get(connection) ?? null;
    this.#addresses.delete(connection);
    this.#greeting.delete(connection);
    if (connection.device !== null) removeFrom(this.#byDevice, connection.device, connection);
    if (connection.store !== null) removeFrom(this.#byStore, connection.store, connection);
    if (address === null) return;
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }
}

function addTo<Key>(index: Map<Key, Set<Connection>>, key: Key, connection: Connection): Set<Connection> {
  let all = index.get(key);
  if (all === undefined) index.set(key, (all = new Set()));
  return all.add(connection);
}

function removeFrom<Key>(index: Map<Key, Set<Connection>>, key: Key, connection: Connection): void {
  const all = index.get(key);
  all?.delete(connection);
  if (all?.size === 0) index.delete(key);
}
