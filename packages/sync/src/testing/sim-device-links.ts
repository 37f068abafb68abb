// The connections of a simulated device: a ticket by its credential, then a link to the centre. Owns the links that are open and
// knows which were let go; dies with the machine.
import type { MemoryDisk } from '@streamstock/event-log';
import type { DeviceInput, DeviceMoment } from '../device-session-types.ts';
import { credentialOn } from './sim-disk-contents.ts';
import type { SimEnvironment } from './sim-environment.ts';
import type { Connection } from './sim-network.ts';
import type { Task } from './virtual-time.ts';

type Unmomented<Input> = Input extends unknown ? Omit<Input, keyof DeviceMoment> : never;

/** One life of a machine: what is done when it is due, and what is due later, as long as it lasts. */
export interface Life {
  readonly due: (task: Task) => Promise<void>;
  readonly later: (delayMs: number, task: Task) => void;
}

/** The machine that connects. */
export interface LinkOwner {
  readonly name: string;
  /** It may be put back to another one. */
  readonly disk: () => MemoryDisk;
  readonly world: SimEnvironment;
  readonly life: () => Life;
  readonly step: (input: Unmomented<DeviceInput>) => void;
  /** Hears every frame before the session does. */
  readonly overhear: (text: string) => void;
}

export class SimDeviceLinks {
  readonly #owner: LinkOwner;
  #open = new Map<number, Connection>();
  /** Connection numbers that were let go. */
  #abandoned = new Set<number>();

  constructor(owner: LinkOwner) {
    this.#owner = owner;
  }

  get canReach(): boolean {
    const { name, world } = this.#owner;
    return world.network.canConnect(name) && world.centre.isUp;
  }

  isGivenUp(connection: number): boolean {
    return this.#abandoned.has(connection);
  }

  crash(): void {
    this.#abandoned = new Set();
    for (const link of this.#open.values()) {
      link.abandon('device');
      link.cut();
    }
    this.#open = new Map();
  }

  send(connection: number, text: string): void {
    this.#open.get(connection)?.send('device', text);
  }

  close(connection: number): void {
    this.#abandoned.add(connection);
    this.#open.get(connection)?.close('device');
  }

  connect(connection: number): void {
    const { world, step } = this.#owner;
    const life = this.#owner.life();
    const fail = (): void => step({ type: 'connectFailed', connection, failure: { kind: 'unreachable' } });
    life.later(world.network.latencyMs(), async () => {
      if (!this.canReach) return fail();
      const disk = this.#owner.disk();
      const credential = credentialOn(disk);
      const answer = credential === null ? { kind: 'unknown' as const } : await world.centre.issueTicket(credential);
      if (answer.kind === 'failed') return fail();
      if (answer.kind === 'unknown') {
        world.onUnknown(disk);
        return step({ type: 'connectFailed', connection, failure: { kind: 'refused', refusal: 'unauthorised' } });
      }
      const { ticket } = answer;
      life.later(2 * world.network.latencyMs(), () => {
        if (this.isGivenUp(connection)) return;
        if (!this.canReach) return fail();
        this.#link(connection);
        step({ type: 'opened', connection, ticket });
      });
    });
  }

  #link(connection: number): void {
    const { name, world, step, overhear } = this.#owner;
    const life = this.#owner.life();
    const link = world.network.connect(name);
    this.#open.set(connection, link);
    link.listen('device', {
      frame: (text) =>
        life.due(() => {
          overhear(text);
          step({ type: 'frame', connection, text });
        }),
      closed: () =>
        life.due(() => {
          this.#open.delete(connection);
          step({ type: 'closed', connection });
        }),
    });
    world.centre.accept(link);
  }
}
