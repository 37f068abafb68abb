// How each kind of fault strikes a simulated chain, and how it ends. Owns what is still to end; counts what struck.
import type { FaultKind, Step } from './fault-steps.ts';
import type { SimDevice } from './sim-device.ts';
import type { SimWorld } from './sim-world.ts';

type StepOf<Kind extends FaultKind> = Extract<Step, { kind: Kind }>;
/** Returns whether there was anything to strike. */
type Strike<Kind extends FaultKind> = (step: StepOf<Kind>) => boolean | Promise<boolean>;
type DeviceStep = Extract<Step, { kind: FaultKind; device: number }>;

/** From being told to stop until an orderly stop is over. */
const STOPPING_MS = 100;

export class FaultStrikes {
  readonly #world: SimWorld;
  readonly #stores: number;
  readonly counts: Partial<Record<FaultKind, number>> = {};
  #ended = false;
  /** Tabs to close when the faults end. */
  readonly #tabs = new Set<SimDevice>();

  constructor(world: SimWorld, stores: number) {
    this.#world = world;
    this.#stores = stores;
  }

  async strike(step: StepOf<FaultKind>): Promise<void> {
    const strike = this.#strikes[step.kind] as Strike<FaultKind>;
    if (await strike(step)) this.counts[step.kind] = (this.counts[step.kind] ?? 0) + 1;
  }

  /** From now on nothing begins, and what was to end ends by healing. */
  end(): void {
    this.#ended = true;
    for (const tab of this.#tabs) this.#world.closeTab(tab);
  }

  readonly #strikes: { readonly [Kind in FaultKind]: Strike<Kind> } = {
    cut: (step) => {
      const { name } = this.#deviceOf(step);
      const connection = this.#world.network.open.find(({ link }) => link === name);
      connection?.cut();
      return connection !== undefined;
    },
    block: (step) => {
      const { name } = this.#deviceOf(step);
      const { network } = this.#world;
      network.block(name, step.way);
      return this.#endAfter(step.forMs, () => network.block(name, null));
    },
    partition: ({ forMs }) => {
      const { network } = this.#world;
      network.partition();
      return this.#endAfter(forMs, () => {
        network.partitioned = false;
      });
    },
    crash: (step) =>
      this.#onRunning(step, (device) => {
        device.crash();
        this.#endAfter(step.forMs, () => this.#switchOn(device));
      }),
    crashInWrite: (step) => this.#crashInWrite(this.#deviceOf(step), step.steps, step.forMs, step.again),
    centreCrash: ({ forMs }) => {
      const { centre } = this.#world;
      if (!centre.isUp) return false;
      centre.crash();
      return this.#endAfter(forMs, () => centre.restart());
    },
    centreCrashInWrite: ({ steps, forMs, again }) => this.#crashCentreInWrite(steps, forMs, again),
    restart: ({ forMs }) => {
      const { centre } = this.#world;
      if (!centre.isUp) return false;
      centre.stop();
      return this.#endAfter(forMs + STOPPING_MS, () => centre.restart());
    },
    diskFull: (step) => {
      const { disk } = this.#deviceOf(step);
      disk.capacity = disk.size;
      return this.#endAfter(step.forMs, () => {
        disk.capacity = Number.POSITIVE_INFINITY;
      });
    },
    centreDiskFull: ({ forMs }) => {
      const { trouble } = this.#world.centre;
      trouble.fill(true);
      return this.#endAfter(forMs, () => trouble.fill(false));
    },
    setClock: (step) => {
      this.#world.setClock(this.#deviceOf(step), step.byMs);
      return true;
    },
    twin: (step) => this.#onRunning(step, (device) => this.#twin(device, step.closes, step.forMs)),
    freeze: (step) =>
      this.#onRunning(step, (device) => {
        device.freeze();
        this.#endAfter(step.forMs, () => device.thaw());
      }),
    clone: (step) => {
      this.#world.cloneOf(this.#deviceOf(step));
      return true;
    },
    rollBack: (step) => {
      const device = this.#deviceOf(step);
      const { disk } = device;
      const earlier = disk.clone();
      return this.#endAfter(step.afterMs, async () => {
        if (device.disk !== disk || this.#world.isShared(disk) || !this.#world.devices.includes(device)) return;
        await this.#world.rollBack(device, earlier);
      });
    },
    wipe: async (step) => {
      const device = this.#deviceOf(step);
      if (this.#world.isShared(device.disk)) return false;
      await this.#world.wipe(device);
      return true;
    },
    flipBit: async (step) => {
      const device = this.#deviceOf(step);
      const id = this.#world.ownEvents(device.disk).at(-1 - step.back);
      return id !== undefined && (await this.#world.flipBit(device, id, step.bit));
    },
    compact: (step) => this.#world.compact(this.#deviceOf(step), step.olderThanMs),
    upgrade: async (step) => {
      const device = this.#deviceOf(step);
      if (device.app === 2) return false;
      await this.#world.upgrade(device);
      return true;
    },
    snapshot: () => {
      const { centre } = this.#world;
      if (!centre.isUp) return false;
      for (let store = 1; store <= this.#stores; store += 1) centre.prepareSnapshot(`store-${store}`);
      return true;
    },
    revoke: async (step) => {
      if (!this.#world.centre.isUp) return false;
      await this.#world.revoke(this.#deviceOf(step));
      return true;
    },
    rule: async ({ type, back }) => {
      const { book, centre } = this.#world;
      const target = (type === 'EventAdmitted' ? book.savedPoisonIds : book.savedIds).at(-1 - back);
      return centre.isUp && target !== undefined && (await this.#world.rule(target, type));
    },
    restore: ({ afterMs, by, forMs }) => {
      const backup = this.#world.centre.backup();
      return this.#endAfter(afterMs, () => this.#world.restore(backup, by, forMs));
    },
  };

  /** Ends a fault, or lets its second half strike, unless all have ended by then. */
  #endAfter(delayMs: number, end: () => void | Promise<void>): true {
    this.#world.time.after(delayMs, () => (this.#ended ? undefined : end()));
    return true;
  }

  #deviceOf({ device: index }: DeviceStep): SimDevice {
    const { devices } = this.#world;
    const device = devices[index % devices.length];
    if (device === undefined) throw new Error('There is no device.');
    return device;
  }

  #onRunning(step: DeviceStep, strike: (device: SimDevice) => void): boolean {
    const device = this.#deviceOf(step);
    const { isOn } = device;
    if (isOn) strike(device);
    return isOn;
  }

  /** A tab may have been closed meanwhile. */
  #switchOn(device: SimDevice): void {
    if (this.#world.devices.includes(device)) device.switchOn();
  }

  #crashInWrite(device: SimDevice, steps: number, forMs: number, again: number | undefined): true {
    const { disk } = device;
    this.#world.troubleOf(disk).crashIn(steps, () => {
      const tabs = this.#world.tabsOn(disk);
      this.#world.powerOff(disk);
      this.#endAfter(forMs, () => {
        for (const tab of tabs) this.#switchOn(tab);
        if (again !== undefined) this.#crashInWrite(device, again, forMs, undefined);
      });
    });
    return true;
  }

  #crashCentreInWrite(steps: number, forMs: number, again: number | undefined): true {
    const { centre } = this.#world;
    centre.trouble.crashIn(steps, () => {
      centre.crash();
      this.#endAfter(forMs, async () => {
        // Armed first: it may crash while it comes up.
        if (again !== undefined) this.#crashCentreInWrite(again, forMs, undefined);
        await centre.restart();
      });
    });
    return true;
  }

  /** In the end one of the two is closed: what it left undone shows. */
  #twin(device: SimDevice, closes: 'old' | 'new', forMs: number): void {
    const twin = this.#world.twinOf(device);
    const leaves = closes === 'old' ? device : twin;
    this.#tabs.add(leaves);
    this.#endAfter(forMs, () => {
      if (this.#tabs.delete(leaves)) this.#world.closeTab(leaves);
    });
  }
}
