// One simulated history: what a plan says happens, then healing, then the comparison with the book. Deterministic: the same
// plan gives the same trace. Safety is checked while it runs and at the end; liveness by draining within a bound.
import type { FaultKind, FaultPlan, Step } from './fault-plan.ts';
import { quickHash } from './random.ts';
import type { SimDevice } from './sim-device.ts';
import { SimWorld } from './sim-world.ts';

export interface RunResult {
  /** Empty: nothing was wrong. */
  readonly violations: readonly string[];
  /** Events that a device called saved. */
  readonly saved: number;
  /** Faults that struck; a step that finds nothing to strike counts for nothing. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** How long after the last fault everything was where it belongs (virtual time); null: not within the bound. */
  readonly drainMs: number | null;
  /** Only when asked for. */
  readonly traceHash: string | null;
}

export interface RunExtras {
  readonly trace?: boolean;
  /** Hears the trace line by line, to look into a seed. */
  readonly onTrace?: (text: string) => void;
}

/** Never rejects for what the product does wrong: what it throws is a violation like any other. */
export async function runFaults(plan: FaultPlan, extras: RunExtras = {}): Promise<RunResult> {
  const run = new FaultRun(plan, extras);
  return await run.result();
}

class FaultRun {
  readonly #plan: FaultPlan;
  readonly #world: SimWorld;
  readonly #traceHash: (() => string) | null;
  readonly #faults: Partial<Record<FaultKind, number>> = {};
  #healed = false;
  /** Tabs to close when the faults end. */
  readonly #tabs = new Set<SimDevice>();

  constructor(plan: FaultPlan, extras: RunExtras) {
    this.#plan = plan;
    let hash = '';
    const onTrace = (text: string): void => {
      if (extras.trace === true) hash = quickHash(hash + text);
      extras.onTrace?.(text);
    };
    this.#traceHash = extras.trace === true ? () => hash : null;
    const { seed, network, limits, frameEventsMax } = plan;
    const hearing = extras.trace === true || extras.onTrace !== undefined;
    this.#world = new SimWorld({ seed, network, limits, frameEventsMax, ...(hearing ? { onTrace } : {}) });
  }

  async result(): Promise<RunResult> {
    const world = this.#world;
    try {
      await this.#happen();
      await world.conclude();
    } catch (error) {
      world.violations.push(`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    return {
      violations: world.violations,
      drainMs: world.drainMs,
      saved: world.book.savedIds.length,
      faults: this.#faults,
      traceHash: this.#traceHash?.() ?? null,
    };
  }

  async #happen(): Promise<void> {
    const world = this.#world;
    const { stores, devicesPerStore, clocksMs, steps } = this.#plan;
    for (let number = 0; number < stores * devicesPerStore; number += 1)
      await world.enrol(`store-${1 + Math.floor(number / devicesPerStore)}`, clocksMs[number] ?? 0);
    for (const step of steps) world.time.after(step.atMs, () => this.#take(step));
    await world.run((steps.at(-1)?.atMs ?? 0) + 1);
    this.#healed = true;
    for (const tab of this.#tabs) world.closeTab(tab);
    await world.heal();
    // Life goes on: whoever believes to be further than it is shows it now.
    for (const device of world.devices) world.move(device, 'last', 1, { audience: 'all' });
  }

  #struck(kind: FaultKind): void {
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
  }

  /** Ends a fault, unless all have ended by then. */
  #endAfter(delayMs: number, end: () => void | Promise<void>): void {
    this.#world.time.after(delayMs, () => (this.#healed ? undefined : end()));
  }

  #device(index: number): SimDevice {
    const { devices } = this.#world;
    const device = devices[index % devices.length];
    if (device === undefined) throw new Error('There is no device.');
    return device;
  }

  async #take(step: Step): Promise<void> {
    if (step.kind === 'move' || step.kind === 'reverse') return this.#work(step);
    if (await this.#strike(step)) this.#struck(step.kind);
  }

  #work(step: Extract<Step, { kind: 'move' | 'reverse' }>): void {
    const device = this.#device(step.device);
    if (!device.isOn) return;
    const { book } = this.#world;
    if (step.kind === 'reverse') {
      const target = book.savedIds.at(-1 - step.back);
      if (target !== undefined) this.#world.reverse(device, target);
      return;
    }
    const { key, amount, times = 1, audience, poison } = step;
    for (let count = 0; count < times; count += 1)
      this.#world.move(device, key, amount, {
        ...(audience === undefined ? {} : { audience: audience === 'all' ? 'all' : [`store-${audience}`] }),
        ...(poison === undefined ? {} : { poison }),
      });
  }

  /** Returns whether there was anything to strike. */
  #strike(step: Exclude<Step, { kind: 'move' | 'reverse' }>): boolean | Promise<boolean> {
    const { network, centre } = this.#world;
    switch (step.kind) {
      case 'cut': {
        const { name } = this.#device(step.device);
        const connection = network.open.find(({ link }) => link === name);
        connection?.cut();
        return connection !== undefined;
      }
      case 'block': {
        const { name } = this.#device(step.device);
        network.block(name, step.way);
        this.#endAfter(step.forMs, () => network.block(name, null));
        return true;
      }
      case 'partition':
        network.partition();
        this.#endAfter(step.forMs, () => {
          network.partitioned = false;
        });
        return true;
      case 'centreCrash':
        return this.#crashCentre(step.forMs);
      case 'centreCrashInWrite':
        return this.#crashCentreInWrite(step.steps, step.forMs, step.again);
      case 'restart':
        if (!centre.isUp) return false;
        centre.stop();
        this.#endAfter(step.forMs + 100, () => centre.restart());
        return true;
      case 'centreDiskFull':
        centre.trouble.isFull = true;
        this.#endAfter(step.forMs, () => {
          centre.trouble.isFull = false;
        });
        return true;
      default:
        return this.#strikeDevice(step, this.#device(step.device));
    }
  }

  #strikeDevice(
    step: Extract<
      Step,
      { kind: 'crash' | 'crashInWrite' | 'diskFull' | 'setClock' | 'twin' | 'freeze' | 'clone' | 'rollBack' }
    >,
    device: SimDevice,
  ): boolean {
    const world = this.#world;
    switch (step.kind) {
      case 'clone':
        world.cloneOf(device);
        return true;
      case 'setClock':
        world.setClock(device, step.byMs);
        return true;
      case 'rollBack':
        return this.#rollBack(device, step.afterMs);
      case 'diskFull': {
        const trouble = world.troubleOf(device.disk);
        trouble.isFull = true;
        this.#endAfter(step.forMs, () => {
          trouble.isFull = false;
        });
        return true;
      }
      case 'crashInWrite':
        return this.#crashInWrite(device, step.steps, step.forMs, step.again);
    }
    if (!device.isOn) return false;
    switch (step.kind) {
      case 'crash':
        device.crash();
        this.#endAfter(step.forMs, () => this.#switchOn(device));
        return true;
      case 'freeze':
        device.freeze();
        this.#endAfter(step.forMs, () => device.thaw());
        return true;
      case 'twin':
        return this.#twin(device, step.closes, step.forMs);
    }
  }

  /** A tab may have been closed meanwhile. */
  #switchOn(device: SimDevice): void {
    if (this.#world.devices.includes(device)) device.switchOn();
  }

  #crashInWrite(device: SimDevice, steps: number, forMs: number, again: number | undefined): boolean {
    const { disk } = device;
    this.#world.troubleOf(disk).crashIn(steps, () => {
      const tabs = this.#world.devices.filter((tab) => tab.disk === disk);
      this.#world.powerOff(disk);
      this.#endAfter(forMs, () => {
        for (const tab of tabs) this.#switchOn(tab);
        if (again !== undefined) this.#crashInWrite(device, again, forMs, undefined);
      });
    });
    return true;
  }

  #crashCentre(forMs: number): boolean {
    const { centre } = this.#world;
    if (!centre.isUp) return false;
    centre.crash();
    this.#endAfter(forMs, () => centre.restart());
    return true;
  }

  #crashCentreInWrite(steps: number, forMs: number, again: number | undefined): boolean {
    const { centre } = this.#world;
    centre.trouble.crashIn(steps, () => {
      centre.crash();
      this.#endAfter(forMs, () => {
        centre.restart();
        if (again !== undefined) this.#crashCentreInWrite(again, forMs, undefined);
      });
    });
    return true;
  }

  #rollBack(device: SimDevice, afterMs: number): boolean {
    const { disk } = device;
    const earlier = disk.clone();
    this.#endAfter(afterMs, async () => {
      if (device.disk !== disk || this.#world.isShared(disk) || !this.#world.devices.includes(device)) return;
      await this.#world.rollBack(device, earlier);
    });
    return true;
  }

  /** In the end one of the two is closed: what it left undone shows. */
  #twin(device: SimDevice, closes: 'old' | 'new', forMs: number): boolean {
    const twin = this.#world.twinOf(device);
    const leaves = closes === 'old' ? device : twin;
    this.#tabs.add(leaves);
    this.#endAfter(forMs, () => {
      if (this.#tabs.delete(leaves)) this.#world.closeTab(leaves);
    });
    return true;
  }
}
