// The desk on which one document is made (a sale, a delivery, a return): keeps every tap on the device, commits the document
// and its draft's removal as one, and can take it back. Owns the order of those writes; knows nothing of what a line means.
//
//   ┌─────────┐ open ┌──────┐ commit ┌────────┐ on disk ┌───────┐ change
//   │ opening │─────▶│ open │───────▶│ saving │────────▶│ saved │────────▶ open, with a new document
//   └─────────┘      └──────┘◀───────└────────┘         └───────┘
//        └─▶ elsewhere          not saved: everything stays on the screen
//
// 1. "saved" is entered only after the engine's commit resolved.
// 2. The draft disappears in the very transaction in which the document appears; no late write brings it back.
// 3. Committing the same document again (after an unclear failure) repeats the same event ids: it is saved once.
import type { DeviceEngine } from '@streamstock/device-engine';
import type { EventDraft, Json, LocalWrite } from '@streamstock/event-log';
import type { CommandContext, Decision } from '@streamstock/inventory';
import type { RecentRecord, RecentRecorder } from '../device/recent-records.ts';
import { saveProblem, type SaveProblem } from '../device/save-problem.ts';
import { DraftKeeper, type KeeperState } from '../drafts/draft-keeper.ts';
import { claimDraft, claimFreeSlot, listDrafts, type DraftSlot, type TryHold } from '../drafts/draft-slots.ts';
import { readDraftHead, type DraftKind } from './draft-head.ts';
import { reversalsOf } from './reversals.ts';

/** What one kind of document is. All pure. */
export interface DocumentKind<Doc> {
  readonly kind: DraftKind;
  readonly fresh: (id: string, atMs: number) => Doc;
  readonly lines: (doc: Doc) => number;
  readonly toJson: (doc: Doc) => Json;
  /** null: of a shape this version does not know. */
  readonly fromJson: (value: Json) => Doc | null;
  readonly decide: (doc: Doc, context: CommandContext) => Decision;
  readonly record: (doc: Doc) => Omit<RecentRecord, 'events' | 'atMs'>;
}

export interface DeskHost {
  readonly engine: Pick<DeviceEngine, 'commit' | 'getLocal' | 'putLocal' | 'newId'>;
  readonly tryHold: TryHold;
  readonly recorder: RecentRecorder | null;
  readonly context: () => CommandContext;
  readonly clock: () => number;
}

export type DeskProblem = SaveProblem | { readonly kind: 'refused'; readonly message: string };

export interface SavedDocument<Doc> {
  readonly doc: Doc;
  readonly events: readonly string[];
  readonly atMs: number;
  readonly undo: 'offered' | 'running' | 'undone';
}

export interface DeskState<Doc> {
  /** elsewhere: open in another tab, or gone · full: no free slot for one more draft. */
  readonly phase: 'opening' | 'elsewhere' | 'full' | 'open' | 'saving' | 'saved';
  readonly doc: Doc;
  /** It was found on the device, not begun here. */
  readonly resumed: boolean;
  readonly keeper: KeeperState;
  readonly problem: DeskProblem | null;
  readonly saved: SavedDocument<Doc> | null;
}

export class DocumentDesk<Doc> {
  readonly #kind: DocumentKind<Doc>;
  readonly #host: DeskHost;
  readonly #keeper: DraftKeeper<Doc>;
  readonly #observers = new Set<() => void>();
  #slot: DraftSlot | null = null;
  #state: DeskState<Doc>;
  /** The events of the present document, made once: see 3. */
  #drafts: { readonly doc: Doc; readonly drafts: readonly EventDraft[] } | null = null;
  #closed = false;

  constructor(kind: DocumentKind<Doc>, host: DeskHost) {
    this.#kind = kind;
    this.#host = host;
    this.#state = {
      phase: 'opening',
      doc: this.#fresh(),
      resumed: false,
      keeper: { kind: 'kept' },
      problem: null,
      saved: null,
    };
    this.#keeper = new DraftKeeper<Doc>({
      put: (writes) => host.engine.putLocal(writes),
      writesOf: (doc) => [this.#draftWrite(doc, false)],
      held: null,
      onChange: (keeper) => this.#set({ keeper }),
    });
  }

  readonly state = (): DeskState<Doc> => this.#state;

  readonly observe = (observer: () => void): (() => void) => {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  };

  /** Takes up the draft with this key; without one the draft of this kind that nobody put on hold, else a new document. */
  async open(key: string | null): Promise<void> {
    const wanted = key === null ? await this.#unfinished() : [key];
    for (const one of wanted) if (await this.#takeUp(one)) return;
    if (key !== null) return this.#set({ phase: 'elsewhere' });
    this.#slot = await claimFreeSlot(this.#host.engine, this.#host.tryHold);
    if (this.#closed) return this.#slot?.release();
    this.#set({ phase: this.#slot === null ? 'full' : 'open' });
  }

  /** Every change of the document goes through here: on the screen at once, on the disk right after. */
  change(doc: Doc): void {
    if (this.#state.phase !== 'open') return;
    if (doc === this.#state.doc) return;
    this.#set({ doc, problem: null });
    this.#keeper.keep(doc);
  }

  retryKeeping(): void {
    this.#keeper.retry();
  }

  /** Saves the document. Afterwards the state is `saved`, or `open` with a problem and everything as it was. */
  async commit(): Promise<void> {
    const { phase, doc } = this.#state;
    if (phase !== 'open') return;
    this.#set({ phase: 'saving', problem: null });
    await this.#keeper.letGo();
    const drafts = this.#draftsOf(doc);
    if (!drafts.ok) return this.#notSaved({ kind: 'refused', message: drafts.refusal.message });
    const atMs = this.#host.clock();
    const events = drafts.drafts.map((draft) => draft.id);
    const recent = this.#host.recorder?.adding({ ...this.#kind.record(doc), events, atMs });
    const local = [
      ...(this.#slot === null ? [] : [{ key: this.#slot.key, value: undefined }]),
      ...(recent === undefined ? [] : [recent.write]),
    ];
    try {
      await this.#host.engine.commit(drafts.drafts, { local });
    } catch (error) {
      return this.#notSaved(saveProblem(error));
    }
    recent?.committed();
    this.#keeper.startOver();
    this.#set({ phase: 'saved', saved: { doc, events, atMs, undo: 'offered' } });
  }

  /** Takes the saved document back: it counts as never having happened. */
  async undoSaved(): Promise<void> {
    const { saved } = this.#state;
    if (saved === null || saved.undo !== 'offered') return;
    this.#set({ saved: { ...saved, undo: 'running' }, problem: null });
    try {
      await this.#host.engine.commit(reversalsOf(saved.events, this.#host.context()));
      this.#set({ saved: { ...saved, undo: 'undone' } });
    } catch (error) {
      this.#set({ saved, problem: saveProblem(error) });
    }
  }

  /** A new document, in the same slot. What was saved stays in sight until the next one is saved. */
  startNew(): void {
    if (this.#state.phase === 'saved') this.#set({ phase: 'open', doc: this.#fresh(), resumed: false, problem: null });
  }

  /** Nothing to show of the last document any more. */
  forgetSaved(): void {
    if (this.#state.saved !== null && this.#state.phase !== 'saved') this.#set({ saved: null });
  }

  /** Puts the document aside; it is taken up again only by its key. The desk is then empty. */
  async hold(): Promise<void> {
    const { phase, doc } = this.#state;
    if (phase !== 'open' || this.#slot === null || this.#kind.lines(doc) === 0) return;
    await this.#keeper.letGo();
    try {
      await this.#host.engine.putLocal([this.#draftWrite(doc, true)]);
    } catch (error) {
      return this.#notSaved(saveProblem(error));
    }
    this.#slot.release();
    this.#slot = await claimFreeSlot(this.#host.engine, this.#host.tryHold);
    this.#keeper.startOver();
    this.#set({ phase: this.#slot === null ? 'full' : 'open', doc: this.#fresh(), resumed: false, problem: null });
  }

  /** Leaves: an unfinished document stays on the device. Resolves when it is written. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#keeper.letGo();
    this.#slot?.release();
  }

  #fresh(): Doc {
    return this.#kind.fresh(this.#host.engine.newId(), this.#host.clock());
  }

  async #unfinished(): Promise<string[]> {
    const drafts = await listDrafts(this.#host.engine);
    return drafts
      .filter(({ value }) => {
        const head = readDraftHead(value);
        return head?.kind === this.#kind.kind && !head.held;
      })
      .map(({ key }) => key);
  }

  async #takeUp(key: string): Promise<boolean> {
    const claimed = await claimDraft(this.#host.engine, this.#host.tryHold, key);
    if (claimed === null) return false;
    const head = readDraftHead(claimed.value);
    const doc = head?.kind === this.#kind.kind ? this.#kind.fromJson(head.body) : null;
    if (doc === null || this.#closed) {
      claimed.release();
      return false;
    }
    this.#slot = claimed;
    this.#keeper.takeUp(doc);
    this.#set({ phase: 'open', doc, resumed: true });
    return true;
  }

  #draftsOf(doc: Doc): Decision {
    if (this.#drafts?.doc === doc) return { ok: true, drafts: this.#drafts.drafts };
    const decision = this.#kind.decide(doc, this.#host.context());
    if (decision.ok) this.#drafts = { doc, drafts: decision.drafts };
    return decision;
  }

  #draftWrite(doc: Doc, held: boolean): LocalWrite {
    const key = this.#slot?.key ?? '';
    const lines = this.#kind.lines(doc);
    if (lines === 0) return { key, value: undefined };
    return {
      key,
      value: { kind: this.#kind.kind, held, lines, touchedAtMs: this.#host.clock(), body: this.#kind.toJson(doc) },
    };
  }

  #notSaved(problem: DeskProblem): void {
    this.#keeper.goOn();
    this.#set({ phase: 'open', problem });
  }

  #set(change: Partial<DeskState<Doc>>): void {
    this.#state = { ...this.#state, ...change };
    for (const observer of this.#observers) observer();
  }
}
