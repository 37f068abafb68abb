// One simulated history: work and faults by seed, then healing, then the comparison with the book. Deterministic: the
// same options give the same trace. Safety is checked while it runs and at the end; liveness by draining within a
// bound.
import type { FaultOptions } from './fault-options.ts';
import { quickHash, Random } from './random.ts';
import type { Sabotage } from './sabotage.ts';
import type { SimDevice } from './sim-device.ts';
import { SimWorld } from './sim-world.ts';

export interface RunResult {
  readonly options: FaultOptions;
  /** Empty: nothing was wrong. */
  readonly violations: readonly string[];
  /** Events that a device called saved. */
  readonly saved: number;
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** How long after the last fault everything was where it belongs (virtual time); null: not within the bound. */
  readonly drainMs: number | null;
  /** Only when asked for. */
  readonly traceHash: string | null;
}

export type FaultKind = 'cut' | 'partition' | 'deviceCrash' | 'centreCrash' | 'clone' | 'rollBack' | 'twin';

export interface RunExtras {
  readonly sabotage?: Sabotage;
  readonly trace?: boolean;
  /** Hears the trace line by line, to look into a seed. */
  readonly onTrace?: (text: string) => void;
}

const KEYS = ['hats', 'coats', 'shoes'] as const;

export async function runFaults(options: FaultOptions, extras: RunExtras = {}): Promise<RunResult> {
  const run = new FaultRun(options, extras);
  return await run.result();
}

class FaultRun {
  readonly #options: FaultOptions;
  readonly #world: SimWorld;
  readonly #random: Random;
  readonly #traceHash: (() => string) | null;
  readonly #faults: Record<FaultKind, number> = {
    cut: 0,
    partition: 0,
    deviceCrash: 0,
    centreCrash: 0,
    clone: 0,
    rollBack: 0,
    twin: 0,
  };
  #healed = false;
  /** Tabs to close when the faults end. */
  readonly #tabs: SimDevice[] = [];

  constructor(options: FaultOptions, extras: RunExtras) {
    this.#options = options;
    let hash = '';
    const hearing = extras.trace === true || extras.onTrace !== undefined;
    const onTrace = (text: string): void => {
      hash = quickHash(hash + text);
      extras.onTrace?.(text);
    };
    this.#traceHash = extras.trace === true ? () => hash : null;
    this.#random = new Random(options.seed, 4);
    this.#world = new SimWorld({
      seed: options.seed,
      network: options.network,
      limits: options.limits,
      frameEventsMax: options.frameEventsMax,
      sabotage: extras.sabotage ?? {},
      ...(hearing ? { onTrace } : {}),
    });
  }

  async result(): Promise<RunResult> {
    const options = this.#options;
    for (let store = 1; store <= options.stores; store += 1) {
      for (let device = 1; device <= options.devicesPerStore; device += 1) {
        await this.#world.enrol(`store-${store}`, this.#random.int(-options.clockOffMs, options.clockOffMs));
      }
    }
    this.#every(options.commitEveryMs, () => this.#commit());
    this.#every(options.cutEveryMs, () => this.#cut());
    this.#every(options.partitionEveryMs, () => this.#partition());
    this.#every(options.deviceCrashEveryMs, () => this.#crashDevice());
    this.#every(options.centreCrashEveryMs, () => this.#crashCentre());
    for (let count = 0; count < options.clonesMax; count += 1) this.#once(() => this.#clone());
    for (let count = 0; count < options.rollBacksMax; count += 1) this.#once(() => this.#rollBack());
    if (options.twin) this.#once(() => this.#twin());
    await this.#world.run(options.faultyMs);
    this.#healed = true;
    for (const tab of this.#tabs) this.#world.closeTab(tab);
    this.#world.heal();
    // Life goes on: whoever believes to be further than it is shows it now.
    for (const device of this.#world.devices) this.#world.move(device, 'last', 1, { audience: 'all' });
    const violations = await this.#world.conclude();
    const { drainMs } = this.#world;
    return {
      options,
      violations,
      drainMs,
      saved: this.#world.book.savedIds.length,
      faults: this.#faults,
      traceHash: this.#traceHash?.() ?? null,
    };
  }

  /** Again and again, at random distances around the mean, until the faults end. */
  #every(meanMs: number | null, task: () => void): void {
    if (meanMs === null) return;
    this.#world.time.after(this.#random.int(0, 2 * meanMs), () => {
      if (this.#healed) return;
      task();
      this.#every(meanMs, task);
    });
  }

  #once(task: () => void | Promise<void>): void {
    this.#world.time.after(this.#random.int(0, this.#options.faultyMs), () => (this.#healed ? undefined : task()));
  }

  #anyDevice(): SimDevice | undefined {
    const on = this.#world.devices.filter((device) => device.isOn);
    return on.length === 0 ? undefined : this.#random.pick(on);
  }

  #commit(): void {
    const device = this.#anyDevice();
    if (device === undefined) return;
    const random = this.#random;
    for (let count = random.chance(0.1) ? random.int(2, 30) : 1; count > 0; count -= 1) {
      const known = this.#world.book.savedIds;
      if (random.chance(0.1) && known.length > 0) this.#world.reverse(device, random.pick(known));
      else {
        const audience = random.chance(0.15)
          ? 'all'
          : random.chance(0.2)
            ? [`store-${random.int(1, this.#options.stores)}`]
            : [];
        this.#world.move(device, random.pick(KEYS), random.int(-9, 9), {
          audience,
          ...(random.chance(0.05) ? { poison: true } : {}),
        });
      }
    }
  }

  #cut(): void {
    const { open } = this.#world.network;
    if (open.length === 0) return;
    this.#faults.cut += 1;
    this.#random.pick(open).cut();
  }

  #partition(): void {
    const { network, time } = this.#world;
    if (network.partitioned) return;
    this.#faults.partition += 1;
    network.partitioned = true;
    for (const connection of network.open) connection.cut();
    time.after(this.#random.int(500, 20_000), () => {
      network.partitioned = false;
    });
  }

  #crashDevice(): void {
    const device = this.#anyDevice();
    if (device === undefined) return;
    this.#faults.deviceCrash += 1;
    device.crash();
    this.#world.time.after(this.#random.int(10, 8_000), () => device.switchOn());
  }

  #crashCentre(): void {
    const { centre, time } = this.#world;
    if (!centre.isUp) return;
    this.#faults.centreCrash += 1;
    centre.crash();
    time.after(this.#random.int(100, 8_000), () => centre.restart());
  }

  #clone(): void {
    this.#faults.clone += 1;
    this.#world.cloneOf(this.#random.pick(this.#world.devices));
  }

  /** Takes a copy of a disk now and puts it back later. */
  #rollBack(): void {
    const device = this.#random.pick(this.#world.devices);
    const { disk } = device;
    const earlier = disk.clone();
    this.#world.time.after(this.#random.int(0, this.#options.faultyMs), async () => {
      if (this.#healed || device.disk !== disk || this.#world.isShared(disk)) return;
      this.#faults.rollBack += 1;
      await this.#world.rollBack(device, earlier);
    });
  }

  #twin(): void {
    const device = this.#anyDevice();
    if (device === undefined) return;
    this.#faults.twin += 1;
    const twin = this.#world.twinOf(device);
    // In the end one of the two is closed: what the other one left undone shows.
    this.#tabs.push(this.#random.chance(0.5) ? device : twin);
  }
}
