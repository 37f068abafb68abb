// The world around one device in a storage run: what a clerk does, and what a centre would send. Draws everything from one
// seed; keeps the centre's own list of lines. Never looks into the log under test.
import {
  EVENT_BYTES_MAX,
  isRulingType,
  parseEventLine,
  rulingTarget,
  type AcceptedMark,
  type ChainPoint,
  type Cursor,
  type DeliveredLine,
  type DeviceAppend,
  type DeviceFrame,
  type EventDraft,
  type EventId,
  type EventLine,
  type LocalWrite,
  type Position,
  type Projector,
  type RulingDraft,
  type Seq,
} from '@streamstock/event-log';
import type { Draw } from '@streamstock/event-log/testing/draw';
import {
  cursorAt,
  delivered,
  sampleDraft,
  sampleId,
  SampleWriter,
  START_MS,
  STORE,
} from '@streamstock/event-log/testing/sample-log';
import {
  foldPlainly,
  pagesOf,
  type SampleEvent,
  type SampleSnapshot,
} from '@streamstock/event-log/testing/sample-snapshot';

const FRAME_LINES_MAX = 12;
const LOCAL_KEYS = 4;
const CLOCK_STEP_MS = 60 * 60 * 1_000;

/** A line of the device's own log, as the centre got it. */
export interface SentLine {
  readonly id: EventId;
  readonly line: EventLine;
  readonly place: DeliveredLine['place'];
}

export class DeviceWorld {
  readonly draw: Draw;
  nowMs = START_MS;
  /** What the centre holds, position 1 first. */
  central: DeliveredLine[] = [];
  #epochs = 1;
  #snapshots = 0;
  /** Events whose bytes were changed on the device's disk. */
  readonly damaged = new Set<EventId>();
  /** The snapshot that the device is fetching, and how many of its pages it was given. */
  fetched: { readonly snapshot: SampleSnapshot; given: number } | null = null;
  readonly #known: EventId[] = [];
  readonly #others = [new SampleWriter('device-2'), new SampleWriter('device-3')] as const;
  readonly #centre = new SampleWriter('centre-1');
  #lastAppend: DeviceAppend | null = null;
  #ids = 0;
  #unreadable = 0;
  /** Own events that the centre has been sent. */
  readonly #sent = new Set<EventId>();

  constructor(draw: Draw) {
    this.draw = draw;
  }

  #newDraft(): EventDraft {
    this.#ids += 1;
    const { draw } = this;
    const number = this.#ids;
    const quantity = draw.below(40) - 20;
    const payload = { item: `item-${number % 3}`, quantity, note: 'é€😀 "\\" '.repeat(draw.below(8)) };
    const stated = draw.chance(0.1) ? { occurredAt: (this.nowMs - draw.below(CLOCK_STEP_MS)) * 2_048 } : {};
    return sampleDraft(number, { payload, store: draw.chance(0.9) ? STORE : 'store-b', ...stated });
  }

  /** What a clerk saves: sometimes with a draft's end beside it, sometimes the same commit again. */
  append(): DeviceAppend {
    const { draw } = this;
    this.nowMs += draw.chance(0.05) ? (draw.chance(0.5) ? CLOCK_STEP_MS : -CLOCK_STEP_MS) : draw.below(5_000);
    if (this.#lastAppend !== null && draw.chance(0.12)) return this.#lastAppend;
    const drafts = Array.from({ length: 1 + draw.below(draw.chance(0.05) ? 60 : 4) }, () => this.#newDraft());
    for (const { id } of drafts) this.#known.push(id);
    const local = draw.chance(0.5) ? this.local() : [];
    const clock = { nowMs: this.nowMs, uncertaintyMs: draw.chance(0.5) ? draw.below(500) : null };
    this.#lastAppend = { drafts, clock, local };
    return this.#lastAppend;
  }

  /** A commit that must be refused before anything is written. */
  refusedAppend(): DeviceAppend {
    const clock = { nowMs: this.nowMs, uncertaintyMs: 1 };
    const draft = this.#newDraft();
    if (this.draw.chance(0.5)) return { drafts: [draft, draft], clock };
    return { drafts: [this.#newDraft(), { ...draft, payload: { note: 'x'.repeat(EVENT_BYTES_MAX) } }], clock };
  }

  local(): LocalWrite[] {
    return Array.from({ length: 1 + this.draw.below(2) }, (_, index) => ({
      key: `draft-${index}-${this.draw.below(LOCAL_KEYS)}`,
      value: this.draw.chance(0.3) ? undefined : { lines: [this.draw.below(9)], at: this.nowMs },
    }));
  }

  /** The centre takes own lines that follow on what it holds; some get a ruling. */
  accepted(lines: readonly SentLine[]): void {
    for (const { id, line, place } of lines) {
      if (this.#sent.has(id) || this.damaged.has(id)) continue;
      this.#sent.add(id);
      this.#take({ line, place });
      if (this.draw.chance(0.15)) this.#rule(id);
    }
  }

  /** What other devices and the centre write meanwhile. */
  elsewhere(): void {
    const { draw } = this;
    for (let left = draw.below(6); left > 0; left -= 1) {
      if (draw.chance(0.03)) {
        this.#unreadable += 1;
        this.#take({ line: `{"from":"a later version","n":${this.#unreadable}}`, place: null });
        continue;
      }
      const draft = this.#newDraft();
      for (const appended of draw.of(this.#others).write([draft])) this.#take(appended);
      this.#known.push(draft.id);
      if (draw.chance(0.2)) this.#rule(draft.id);
      if (draw.chance(0.1)) this.#rule(this.#known[draw.below(this.#known.length)] ?? draft.id);
    }
  }

  get epoch(): string {
    return `epoch-${this.#epochs}`;
  }

  /** Outside the audience: other stores' business, only their positions are seen. */
  isHeard({ line, place }: DeliveredLine): boolean {
    return place?.device !== 'device-3' || !line.includes('"store":"store-b"');
  }

  isSent(id: EventId): boolean {
    return this.#sent.has(id);
  }

  /**
   * The centre is put back to an earlier position and begins a new epoch; what it lost comes back in part. `own`: what the
   * device will push itself; whatever else it made it hands back.
   */
  restore(own: ReadonlySet<EventId>): void {
    this.#epochs += 1;
    this.fetched = null;
    const lost = this.central.splice(this.draw.below(this.central.length + 1));
    for (const { line, place } of lost) {
      const parsed = parseEventLine(line);
      const isOwn = parsed.ok && own.has(parsed.event.id);
      if (isOwn) this.#sent.delete(parsed.event.id);
      else if (place?.device.startsWith('device-1') === true || this.draw.chance(0.7)) this.#take({ line, place });
    }
  }

  /** Cuts a snapshot of what this device hears of at a position near the head. */
  async newSnapshot(
    projectors: readonly Projector[],
    own: { readonly accepted: AcceptedMark; readonly lines: readonly SentLine[] },
  ): Promise<void> {
    const position: Position = Math.max(0, this.central.length - this.draw.below(6));
    const folded = this.#eventsTo(position);
    const positions = new Map(
      this.central.flatMap((one) => {
        const parsed = parseEventLine(one.line);
        return parsed.ok ? [[parsed.event.id, one.position] as const] : [];
      }),
    );
    const notIn: Seq[] = own.lines
      .filter(({ id, place }) => (place?.seq ?? 0) <= own.accepted.seq && (positions.get(id) ?? Infinity) > position)
      .map(({ place }) => place?.seq ?? 0);
    const tables = (await foldPlainly(folded, projectors)).dump();
    const { heads, pages } = pagesOf(tables, 1 + this.draw.below(4));
    this.#snapshots += 1;
    const header = {
      id: `snapshot-${this.#snapshots}`,
      store: STORE,
      cursor: this.cursor(position),
      folds: projectors.map(({ name, version }) => ({ name, version })),
      pages: heads,
      unfolded: [],
      own: { accepted: own.accepted, notIn },
    };
    this.fetched = { snapshot: { header, pages }, given: 0 };
  }

  /** What of the centre's events this device hears of, up to a position. */
  #eventsTo(position: Position): SampleEvent[] {
    return this.central.slice(0, position).flatMap((one) => {
      const parsed = parseEventLine(one.line);
      if (!parsed.ok || one.place === null || !this.isHeard(one)) return [];
      return [{ event: parsed.event, line: one.line, place: one.place }];
    });
  }

  /** The tables that a plain fold of everything gives: what the centre holds, and own events besides. */
  async plainTables(projectors: readonly Projector[], own: readonly SentLine[]): Promise<Record<string, unknown>> {
    const events = new Map(this.#eventsTo(this.central.length).map((event) => [event.event.id, event]));
    for (const { id, line, place } of own) {
      const parsed = parseEventLine(line);
      if (parsed.ok && place !== null && !events.has(id)) events.set(id, { event: parsed.event, line, place });
    }
    return (await foldPlainly([...events.values()], projectors)).dump();
  }

  cursor(position: Position): Cursor {
    return cursorAt(position, this.epoch);
  }

  #take({ line, place }: Pick<DeliveredLine, 'line' | 'place'>): void {
    const position = this.central.length + 1;
    this.central.push(place === null ? { position, place, line } : delivered({ line, place }, position));
  }

  #rule(target: EventId): void {
    this.#ids += 1;
    const rulings: readonly [RulingDraft, ...RulingDraft[]] = [
      { type: 'EventSetAside', payload: { target, reason: 'test', detail: 'It is tried.' } },
      { type: 'EventAdmitted', payload: { target, reason: 'It was right.' } },
      { type: 'EventVoided', payload: { target, reason: 'It was wrong.' } },
      {
        type: 'EventRetimed',
        payload: { target, effectiveAt: (this.nowMs - this.draw.below(CLOCK_STEP_MS)) * 2_048, uncertaintyMs: 9 },
      },
    ];
    this.#take(this.#centre.rule(this.#ids, this.draw.of(rulings)));
  }

  /** The frame after `cursor`; sometimes one that does not follow on it. */
  frame(cursor: Cursor | null): DeviceFrame {
    const { draw } = this;
    const at = cursor?.position ?? 0;
    const after = draw.chance(0.15) ? draw.below(this.central.length + 1) : at;
    const to = Math.min(this.central.length, after + draw.below(FRAME_LINES_MAX + 1));
    // Another epoch's cursor of the same position never follows either.
    const from = after === 0 ? null : draw.chance(0.05) ? cursorAt(after, 'epoch-0') : this.cursor(after);
    return this.frameOf(from, to);
  }

  /** The lines of the audience up to `to`, and the targets of rulings that stand at or before `from`. */
  frameOf(from: Cursor | null, to: Position): DeviceFrame {
    const after = from?.position ?? 0;
    const behind = this.central.slice(after, to).filter((one) => this.isHeard(one));
    const targets = new Set(
      behind.flatMap(({ line }) => {
        const parsed = parseEventLine(line);
        return parsed.ok && isRulingType(parsed.event.type) ? (rulingTarget(parsed.event) ?? []) : [];
      }),
    );
    const companions = this.central.slice(0, after).filter((one) => {
      const parsed = parseEventLine(one.line);
      return parsed.ok && targets.has(parsed.event.id) && this.isHeard(one);
    });
    return { from, to: this.cursor(to), lines: [...companions, ...behind] };
  }

  mark(point: ChainPoint): AcceptedMark {
    const { seq, hash } = point;
    return { epoch: this.epoch, seq, hash: this.draw.chance(0.1) ? 'f'.repeat(64) : hash, mac: `mac-${seq}` };
  }

  someIds(): EventId[] {
    return Array.from({ length: 6 }, () => sampleId(1 + this.draw.below(this.#ids + 3)));
  }
}
