// The desk of a count: keeps every tap on the device, writes StockCounted when a line is left, both in one commit, one after
// the other. Owns the order of those writes; what a tap means is count-session.ts.
//
// 1. What the device holds is always a state that was on the screen; the line in hand, its tally and what was said belong together.
// 2. An observation and the note that it was said are one transaction: after a crash nothing is said twice.
// 3. A tap never waits for the disk. Taps made while a commit runs are written by the next one.
import type { DeviceEngine } from '@streamstock/device-engine';
import type { EventDraft } from '@streamstock/event-log';
import { count, readStockLine, reverseEntry, type CommandContext } from '@streamstock/inventory';
import type { RecentRecorder } from '../../device/recent-records.ts';
import { saveProblem, type SaveProblem } from '../../device/save-problem.ts';
import { claimDraft, claimFreeSlot, type DraftSlot, type TryHold } from '../../drafts/draft-slots.ts';
import {
  changeCount,
  countedItems,
  countLineOf,
  sayingOf,
  unsaidItems,
  withSaid,
  type CountAction,
  type CountSession,
  type Observation,
} from './count-session.ts';
import { readCountHead } from './count-head.ts';
import { chunkKeys, countRemoval, countWrites, readCount } from './count-storage.ts';

export interface CountDeskHost {
  readonly engine: Pick<DeviceEngine, 'commit' | 'getLocal' | 'putLocal' | 'newId' | 'tables'>;
  readonly tryHold: TryHold;
  readonly recorder: RecentRecorder | null;
  readonly context: () => CommandContext;
  readonly clock: () => number;
}

export interface CountDeskState {
  /** idle: no count chosen yet · elsewhere: open in another tab, or finished · full: no free slot · done: finished here. */
  readonly phase: 'idle' | 'opening' | 'elsewhere' | 'full' | 'open' | 'done';
  readonly session: CountSession | null;
  /** Lines that were counted when this page took the count up. */
  readonly continuedLines: number;
  readonly problem: SaveProblem | null;
  readonly refused: boolean;
  readonly writing: boolean;
}

interface Said {
  readonly item: string;
  readonly observation: Observation | null;
  readonly draft: EventDraft;
}

export class CountDesk {
  readonly #host: CountDeskHost;
  readonly #observers = new Set<() => void>();
  #slot: DraftSlot | null = null;
  #state: CountDeskState = {
    phase: 'idle',
    session: null,
    continuedLines: 0,
    problem: null,
    refused: false,
    writing: false,
  };
  /** What the device holds. */
  #held: CountSession | null = null;
  /** Lines that were left and may have something to say. */
  #leaving = new Set<string>();
  #running: Promise<void> | null = null;
  /** A failed commit is repeated with the same ids, so that nothing is said twice. */
  #unclear: readonly Said[] = [];

  constructor(host: CountDeskHost) {
    this.#host = host;
  }

  readonly state = (): CountDeskState => this.#state;
  readonly observe = (observer: () => void): (() => void) => {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  };

  async start(session: Omit<CountSession, 'session' | 'startedAtMs' | 'lines' | 'inHand'>): Promise<void> {
    if (this.#state.phase !== 'idle') return;
    this.#set({ phase: 'opening' });
    this.#slot = await claimFreeSlot(this.#host.engine, this.#host.tryHold);
    if (this.#slot === null) return this.#set({ phase: 'full' });
    const begun: CountSession = {
      ...session,
      session: this.#host.engine.newId(),
      startedAtMs: this.#host.clock(),
      lines: new Map(),
      inHand: null,
    };
    this.#set({ phase: 'open', session: begun });
    this.#write();
  }

  async resume(key: string): Promise<void> {
    this.#set({ phase: 'opening' });
    const claimed = await claimDraft(this.#host.engine, this.#host.tryHold, key);
    const head = claimed === null ? null : readCountHead(claimed.value);
    if (claimed === null || head === null) {
      claimed?.release();
      return this.#set({ phase: 'elsewhere' });
    }
    const { session } = readCount(head, await this.#host.engine.getLocal(chunkKeys(key)));
    this.#slot = claimed;
    this.#held = session;
    this.#set({ phase: 'open', session, continuedLines: countedItems(session).length });
    // What was left but not said when the page died is said now.
    for (const item of unsaidItems(session)) if (item !== session.inHand) this.#leaving.add(item);
    this.#write();
  }

  /** A tap: on the screen at once, on the disk right after. */
  act(action: CountAction): void {
    const { session, phase } = this.#state;
    if (session === null || phase !== 'open') return;
    const outcome = changeCount(session, action);
    if (!outcome.ok) return this.#set({ refused: true });
    if (outcome.left !== null) this.#leaving.add(outcome.left);
    this.#set({ session: outcome.session, refused: false });
    this.#write();
  }

  retry(): void {
    this.#set({ problem: null });
    this.#write();
  }

  /** Says everything that was counted, and lays the line in hand down. Whether all of it is on the disk. */
  async sayAll(): Promise<boolean> {
    const { session } = this.#state;
    if (session === null) return false;
    this.act({ kind: 'take-in-hand', item: null });
    for (const item of unsaidItems(session)) this.#leaving.add(item);
    this.#write();
    await this.#running;
    return this.#state.problem === null;
  }

  /** Ends the count: everything is said, the draft goes. */
  async finish(): Promise<void> {
    if (!(await this.sayAll())) return;
    const { session } = this.#state;
    if (session === null || this.#slot === null) return;
    const events = countedItems(session).flatMap((item) => countLineOf(session, item).said?.event ?? []);
    const recent =
      events.length === 0
        ? undefined
        : this.#host.recorder?.adding({
            kind: 'count',
            events: events.slice(-1),
            atMs: this.#host.clock(),
            lines: events.length,
            pieces: null,
            about: null,
          });
    try {
      await this.#host.engine.putLocal([
        ...countRemoval(this.#slot.key),
        ...(recent === undefined ? [] : [recent.write]),
      ]);
    } catch (error) {
      return this.#set({ problem: saveProblem(error) });
    }
    recent?.committed();
    this.#held = null;
    this.#slot.release();
    this.#slot = null;
    this.#set({ phase: 'done' });
  }

  /** Leaves: the count stays on the device, with everything said that was counted. One without a single line goes. */
  async close(): Promise<void> {
    if (
      this.#state.phase === 'open' &&
      (await this.sayAll()) &&
      this.#slot !== null &&
      this.#state.session?.lines.size === 0
    ) {
      await this.#host.engine.putLocal(countRemoval(this.#slot.key)).catch(() => {});
    }
    this.#slot?.release();
  }

  #write(): void {
    if (this.#running !== null || this.#state.problem !== null || this.#slot === null) return;
    this.#running = this.#run(this.#slot.key).finally(() => {
      this.#running = null;
      this.#set({ writing: false });
    });
  }

  async #run(key: string): Promise<void> {
    this.#set({ writing: true });
    try {
      while (this.#state.session !== null && (this.#state.session !== this.#held || this.#leaving.size > 0))
        await this.#step(key, this.#state.session);
    } catch (error) {
      this.#set({ problem: saveProblem(error) });
    }
  }

  async #step(key: string, session: CountSession): Promise<void> {
    const leaving = [...this.#leaving];
    const said = await this.#saidOf(session, leaving);
    if (said.length === 0) {
      await this.#host.engine.putLocal(countWrites(key, session, this.#held));
      this.#held = session;
    } else {
      const after = said.reduce((result, { item, observation }) => withSaid(result, item, observation), session);
      this.#unclear = said;
      await this.#host.engine.commit(
        said.map(({ draft }) => draft),
        { local: countWrites(key, after, this.#held) },
      );
      this.#unclear = [];
      this.#held = after;
      const now = this.#state.session;
      const merged =
        now === session || now === null
          ? after
          : said.reduce((result, { item, observation }) => withSaid(result, item, observation), now);
      this.#set({ session: merged });
    }
    for (const item of leaving) this.#leaving.delete(item);
  }

  async #saidOf(session: CountSession, items: readonly string[]): Promise<Said[]> {
    const said: Said[] = [];
    for (const item of items) {
      const saying = sayingOf(session, item);
      if (saying === null) continue;
      const repeated = this.#unclear.find(
        (other) =>
          other.item === item &&
          (other.observation?.quantity ?? null) === (saying.kind === 'count' ? saying.quantity : null),
      );
      if (repeated !== undefined) said.push(repeated);
      else
        said.push(
          saying.kind === 'count'
            ? await this.#observe(session, item, saying.quantity)
            : this.#reverse(item, saying.event),
        );
    }
    return said;
  }

  async #observe(session: CountSession, item: string, quantity: number): Promise<Said> {
    const context = this.#host.context();
    const decision = count({ session: session.session, area: session.area, lines: [{ item, quantity }] }, context);
    const draft = decision.ok ? decision.drafts[0] : undefined;
    if (draft === undefined) throw new Error(`A count of ${quantity} was refused.`);
    const before = countLineOf(session, item).said;
    const line =
      before === null && context.store !== null
        ? await readStockLine(this.#host.engine.tables, context.store, item)
        : undefined;
    const observation = {
      event: draft.id,
      quantity,
      firstEvent: before?.firstEvent ?? draft.id,
      expected: before?.expected ?? line?.sellable ?? 0,
    };
    return { item, observation, draft };
  }

  #reverse(item: string, event: string): Said {
    const decision = reverseEntry({ target: { id: event } }, this.#host.context());
    const draft = decision.ok ? decision.drafts[0] : undefined;
    if (draft === undefined) throw new Error('A count could not be reversed.');
    return { item, observation: null, draft };
  }

  #set(change: Partial<CountDeskState>): void {
    this.#state = { ...this.#state, ...change };
    for (const observer of this.#observers) observer();
  }
}
