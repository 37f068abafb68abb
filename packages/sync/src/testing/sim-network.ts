// The simulated network: connections whose frames are delayed, held up and cut, and, in lossy mode, also dropped, doubled
// and overtaken. Owns links and what is on the way; knows nothing of what a frame says.
//
// A link is the way between one installation and the centre. A blocked link lets nothing through, or only one way: what is
// sent meanwhile waits in its order, as TCP retransmits, and arrives when the block ends, unless the connection is gone.
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface NetworkFaults {
  readonly latencyMinMs: number;
  readonly latencyMaxMs: number;
  /** Chances per frame. All zero: an ordered stream, as TCP gives. */
  readonly dropChance: number;
  readonly doubleChance: number;
  readonly overtakeChance: number;
  /** Chance that an end never hears that its connection was cut: only its own timeouts tell it. */
  readonly halfOpenChance: number;
}

export const QUIET_NETWORK: NetworkFaults = {
  latencyMinMs: 5,
  latencyMaxMs: 20,
  dropChance: 0,
  doubleChance: 0,
  overtakeChance: 0,
  halfOpenChance: 0,
};

export type Side = 'device' | 'centre';

/** What an end of a connection is told. */
export interface Listener {
  frame(text: string): void | Promise<void>;
  closed(): void | Promise<void>;
}

/** Which way a link is blocked: to the centre, to the device, or both. */
export type Block = 'up' | 'down' | 'both';

export class Connection {
  readonly #network: SimNetwork;
  /** Whose link it runs on. */
  readonly link: string;
  readonly #listeners: Record<Side, Listener | null> = { device: null, centre: null };
  /** When the last frame of each direction arrives: a stream never overtakes itself. */
  readonly #lastArrivalMs: Record<Side, number> = { device: 0, centre: 0 };
  /** Sent while the link was blocked. */
  readonly #held: Record<Side, string[]> = { device: [], centre: [] };
  #cut = false;

  constructor(network: SimNetwork, link: string) {
    this.#network = network;
    this.link = link;
  }

  listen(side: Side, listener: Listener): void {
    this.#listeners[side] = listener;
  }

  /** An end that has died hears nothing more. */
  abandon(side: Side): void {
    this.#listeners[side] = null;
  }

  send(from: Side, text: string): void {
    if (this.#cut) return;
    const to: Side = from === 'device' ? 'centre' : 'device';
    if (this.#network.isBlocked(this.link, to)) this.#held[to].push(text);
    else this.#transmit(to, text);
  }

  /** The link's block has ended or changed: what it held up goes on. */
  release(): void {
    for (const to of ['device', 'centre'] as const) {
      if (this.#cut || this.#network.isBlocked(this.link, to)) continue;
      for (const text of this.#held[to].splice(0)) this.#transmit(to, text);
    }
  }

  #transmit(to: Side, text: string): void {
    const { faults, random, time } = this.#network;
    const copies = random.chance(faults.dropChance) ? 0 : random.chance(faults.doubleChance) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const latencyMs = random.int(faults.latencyMinMs, faults.latencyMaxMs);
      const overtakes = random.chance(faults.overtakeChance);
      const arrivalMs = overtakes ? time.nowMs + latencyMs : Math.max(this.#lastArrivalMs[to], time.nowMs + latencyMs);
      if (!overtakes) this.#lastArrivalMs[to] = arrivalMs;
      time.after(arrivalMs - time.nowMs, () => (this.#cut ? undefined : this.#listeners[to]?.frame(text)));
    }
  }

  /** One end closes: what it sent still arrives, then the other end hears of it. */
  close(from: Side): void {
    if (this.#cut) return;
    const { time, faults, random } = this.#network;
    const to: Side = from === 'device' ? 'centre' : 'device';
    const closedAtMs = Math.max(
      this.#lastArrivalMs[to],
      time.nowMs + random.int(faults.latencyMinMs, faults.latencyMaxMs),
    );
    const listener = this.#listeners[from];
    this.#listeners[from] = null;
    time.after(0, () => listener?.closed());
    time.after(closedAtMs - time.nowMs, () => this.#end(to));
  }

  /** The network cuts it: whatever is on the way is lost; each end hears of it in a while, or never. */
  cut(): void {
    if (this.#cut) return;
    this.#cut = true;
    const { time, faults, random } = this.#network;
    for (const side of ['device', 'centre'] as const) {
      if (!random.chance(faults.halfOpenChance)) time.after(random.int(0, 2_000), () => this.#end(side));
    }
    this.#network.forget(this);
  }

  #end(side: Side): void | Promise<void> {
    this.#cut = true;
    this.#network.forget(this);
    const listener = this.#listeners[side];
    this.#listeners[side] = null;
    return listener?.closed();
  }
}

export class SimNetwork {
  readonly time: VirtualTime;
  readonly random: Random;
  faults: NetworkFaults;
  /** Nobody reaches the centre. */
  partitioned = false;
  readonly #open = new Set<Connection>();
  readonly #blocks = new Map<string, Block>();

  constructor(time: VirtualTime, random: Random, faults: NetworkFaults) {
    this.time = time;
    this.random = random;
    this.faults = faults;
  }

  get open(): readonly Connection[] {
    return [...this.#open];
  }

  connect(link: string): Connection {
    const connection = new Connection(this, link);
    this.#open.add(connection);
    return connection;
  }

  latencyMs(): number {
    return this.random.int(this.faults.latencyMinMs, this.faults.latencyMaxMs);
  }

  /** Nobody reaches the centre, and open connections are cut. */
  partition(): void {
    this.partitioned = true;
    for (const connection of this.open) connection.cut();
  }

  block(link: string, block: Block | null): void {
    if (block === null) this.#blocks.delete(link);
    else this.#blocks.set(link, block);
    for (const connection of this.open) if (connection.link === link) connection.release();
  }

  /** All links are open again. */
  heal(): void {
    this.faults = QUIET_NETWORK;
    this.partitioned = false;
    for (const link of this.#blocks.keys()) this.block(link, null);
  }

  isBlocked(link: string, to: Side): boolean {
    const block = this.#blocks.get(link);
    return block === 'both' || block === (to === 'centre' ? 'up' : 'down');
  }

  /** A new connection needs both ways. */
  canConnect(link: string): boolean {
    return !this.partitioned && !this.#blocks.has(link);
  }

  forget(connection: Connection): void {
    this.#open.delete(connection);
  }
}
