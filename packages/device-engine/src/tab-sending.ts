// This tab's part in sending: while it is the elected one its session runs; while another tab is, it knows from that tab's words how
// the connection stands. Owns the election, the channel and when the session runs; the session itself is session-runner.ts.
//
//   listening ──elected, enrolled──▶ sending ──deposed, closed──▶ listening
//
// 1. A session runs only in the tab that sends, and only for a device that is enrolled.
// 2. Pairing again ends the session that would go on under the old id, in whichever tab it runs.
// 3. A removal is told with the id it was about: a tab that has meanwhile paired anew is not locked by news of the old id.
import type { DeviceId } from '@streamstock/event-log';
import type { DeviceSessionView } from '@streamstock/sync';
import { BehaviorSubject, distinctUntilChanged, type Subscription } from 'rxjs';
import type { DeviceLock } from './device-lock.ts';
import type { EngineLocals } from './engine-locals.ts';
import type { DeviceEnvironment } from './environment.ts';
import { isSame } from './is-same.ts';
import { SenderElection } from './sender-election.ts';
import type { SessionRunner } from './session-runner.ts';
import { TabChannel } from './tab-channel.ts';

export interface TabSendingOptions {
  /** The same in all tabs of one device. */
  readonly name: string;
  readonly environment: Pick<DeviceEnvironment, 'openChannel' | 'locks' | 'setTimer' | 'clearTimer'>;
  readonly runner: SessionRunner;
  readonly locals: Pick<EngineLocals, 'nextFence'>;
  readonly lock: DeviceLock;
  readonly readDevice: () => Promise<DeviceId | null>;
  /** The log could not be read. */
  readonly failed: (error: unknown) => void;
}

export class TabSending {
  readonly #options: TabSendingOptions;
  readonly #channel: TabChannel;
  readonly #election: SenderElection;
  readonly #watch: Subscription;
  readonly isSender$ = new BehaviorSubject(false);
  /** How the connection stands, of the tab that sends. */
  readonly view$: BehaviorSubject<DeviceSessionView>;

  constructor(options: TabSendingOptions) {
    this.#options = options;
    const { name, environment, runner, locals } = options;
    const { openChannel, locks, setTimer, clearTimer } = environment;
    this.view$ = new BehaviorSubject(runner.view$.value);
    const channel = openChannel?.(name) ?? null;
    this.#channel = new TabChannel(channel, (message) => {
      if (message.kind === 'sender') this.#heard(message);
      else if (message.kind === 'try-now') runner.take({ type: 'tryNow' });
      else this.#tell();
    });
    this.#election = new SenderElection({
      name,
      locks,
      setTimer,
      clearTimer,
      ask: channel === null ? null : () => this.#channel.say({ kind: 'ask' }),
      nextFence: () => locals.nextFence(),
      elected: () => this.#elected(),
      deposed: () => this.#deposed(),
    });
    this.#watch = runner.view$.pipe(distinctUntilChanged<DeviceSessionView>(isSame)).subscribe((view) => {
      if (this.isSender$.value) this.view$.next(view);
      this.#tell();
    });
    this.#watch.add(options.lock.device$.subscribe(() => this.#tell()));
  }

  start(): void {
    this.#channel.say({ kind: 'ask' });
    this.#election.start();
  }

  tryNow(): void {
    if (this.isSender$.value) this.#options.runner.take({ type: 'tryNow' });
    else this.#channel.say({ kind: 'try-now' });
  }

  /** This installation was given an id, by this tab or another (2). */
  enrolled(): void {
    if (!this.isSender$.value) return;
    this.#options.runner.take({ type: 'stop' });
    this.#startSession();
  }

  /** What the session stands on has changed under it: it begins anew from the log's own state. */
  beginAnew(): void {
    this.#options.runner.take({ type: 'networkLost' });
    this.#options.runner.take({ type: 'tryNow' });
  }

  /** Makes room for another tab, for good. */
  giveUp(): void {
    this.#election.close();
  }

  close(): void {
    this.#election.close();
    this.#watch.unsubscribe();
    this.#channel.close();
    this.view$.complete();
    this.isSender$.complete();
  }

  #elected(): void {
    this.isSender$.next(true);
    this.view$.next(this.#options.runner.view$.value);
    this.#startSession();
    this.#tell();
  }

  #deposed(): void {
    this.isSender$.next(false);
    this.#options.runner.take({ type: 'stop' });
    this.view$.next(this.#options.runner.view$.value);
  }

  /** Starting a session that runs changes nothing. */
  #startSession(): void {
    const { readDevice, runner, failed } = this.#options;
    readDevice().then((device) => {
      if (device !== null && this.isSender$.value) runner.take({ type: 'start' });
    }, failed);
  }

  #heard({ fence, view, removed }: { fence: number; view: DeviceSessionView; removed: DeviceId | null }): void {
    this.#election.heard(fence);
    if (this.isSender$.value) return;
    this.view$.next(view);
    if (removed !== null) this.#options.lock.lock(removed);
  }

  #tell(): void {
    const { fence } = this.#election;
    if (fence === null) return;
    const { runner, lock } = this.#options;
    this.#channel.say({ kind: 'sender', fence, view: runner.view$.value, removed: lock.device$.value });
  }
}
