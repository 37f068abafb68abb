// Reactors as the engine holds them: the loop and its gate together, and what the operator sees of them. Composes the two;
// decides only whom the gate waits for when an epoch begins.
import type { CentralLog, DeviceId, EventDraft, Position } from '@streamstock/event-log';
import { BehaviorSubject, type Observable } from 'rxjs';
import { AWAITED_DEVICES_MAX } from './limits.ts';
import { ReactorGate } from './reactor-gate.ts';
import { ReactorLoop, type ReactorProblem } from './reactor-loop.ts';
import { forgetfulMemory, type Reactor, type ReactorMemory } from './reactor.ts';

export interface ReactorsStatus {
  readonly state: 'running' | 'paused';
  /** Paused: the devices that were live before the present epoch began and are not back yet. */
  readonly waitingFor: readonly DeviceId[];
  /** By reactor's name: everything up to there was reacted to. */
  readonly checkpoints: Readonly<Record<string, Position>>;
}

export interface ReactorsOptions {
  readonly log: CentralLog;
  readonly reactors?: readonly Reactor[];
  readonly memory?: ReactorMemory;
  /** Devices that wrote or were connected lately; absent: all that ever wrote and were not revoked. */
  readonly liveDevices?: () => Promise<readonly DeviceId[]>;
  readonly append: (drafts: readonly EventDraft[]) => Promise<void>;
  readonly folded: () => Promise<Position>;
  readonly failed: (problem: ReactorProblem) => void;
}

export class Reactors {
  readonly #options: ReactorsOptions;
  readonly #gate: ReactorGate;
  readonly #loop: ReactorLoop;
  readonly #status = new BehaviorSubject<ReactorsStatus>({ state: 'paused', waitingFor: [], checkpoints: {} });
  #noting: Promise<void> = Promise.resolve();
  #started = false;

  constructor(options: ReactorsOptions) {
    this.#options = options;
    this.#gate = new ReactorGate((epoch) => this.#opened(epoch));
    const { log, reactors = [], memory = forgetfulMemory(), append, folded, failed } = options;
    this.#loop = new ReactorLoop({
      log,
      reactors,
      memory,
      append,
      folded,
      failed,
      isOpen: () => this.#started && this.#gate.state.kind === 'open',
      moved: () => this.#tell(),
    });
  }

  get status$(): Observable<ReactorsStatus> {
    return this.#status;
  }

  async start(): Promise<void> {
    const { resumedEpoch } = await this.#loop.start();
    const present = (await this.#options.log.epochs()).at(-1);
    const mayRun = present === undefined || present.cause === 'begun' || present.epoch === resumedEpoch;
    this.#gate.begin(present?.epoch ?? '', mayRun ? null : await this.#live());
    this.#started = true;
    this.#tell();
    this.#loop.poke();
  }

  /** Another epoch begins: reactors stand still from here until the devices that were live are back. */
  async epochBegan(epoch: string): Promise<void> {
    this.#started = false;
    await this.#loop.idle();
    this.#gate.begin(epoch, await this.#live());
    this.#started = true;
    this.#tell();
    this.#loop.poke();
  }

  follow(checkpoint: Position): void {
    this.#loop.follow(checkpoint);
  }

  /** A device was welcomed with a cursor of this epoch. */
  back(device: DeviceId, epoch: string): void {
    if (this.#gate.back(device, epoch)) this.#tell();
  }

  revoked(device: DeviceId): void {
    if (this.#gate.revoked(device)) this.#tell();
  }

  /** The operator's word: whoever is missing stays missing. */
  resume(): void {
    this.#gate.resume();
    this.#tell();
  }

  async close(): Promise<void> {
    await this.#loop.close();
    await this.#noting;
    this.#status.complete();
  }

  #opened(epoch: string): void {
    this.#noting = this.#noting
      .then(async () => await this.#loop.noteResumed(epoch))
      .catch(() => {
        // Not noted: after the next start the operator is asked again, which harms nobody.
      });
    this.#loop.poke();
  }

  async #live(): Promise<readonly DeviceId[]> {
    const { log, liveDevices } = this.#options;
    if (liveDevices !== undefined) return (await liveDevices()).slice(0, AWAITED_DEVICES_MAX);
    const records = await log.devices();
    return records
      .filter(({ kind, revokedAtMs, accepted }) => kind === 'installation' && revokedAtMs === null && accepted.seq > 0)
      .map(({ device }) => device)
      .slice(0, AWAITED_DEVICES_MAX);
  }

  #tell(): void {
    const { state } = this.#gate;
    this.#status.next({
      state: state.kind === 'open' ? 'running' : 'paused',
      waitingFor: state.kind === 'open' ? [] : state.devices,
      checkpoints: this.#loop.checkpoints,
    });
  }
}
