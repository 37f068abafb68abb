// Driving one session by hand in a test: gives inputs, reads frames and effects, and can bring a session to where a
// test begins.
import {
  isSealedMark,
  sealCursor,
  sealMark,
  sha256,
  deviceChainStart,
  nextDeviceHash,
  type AudienceRead,
  type CentralHead,
  type ChainPoint,
  type Cursor,
  type DeviceLogState,
  type Hole,
  type PlacedLine,
  type Seal,
  type StoredLine,
} from '@streamstock/event-log';
import type { CentralEffect, CentralInput, GreetingFacts } from '../central-session-types.ts';
import { stepCentral } from '../central-session.ts';
import { startCentralSession } from '../central-state.ts';
import type { DeviceEffect, DeviceInput, DeviceMoment } from '../device-session-types.ts';
import { stepDevice } from '../device-session.ts';
import { startDeviceSession, viewOf } from '../device-state.ts';
import { decodeFrame, encodeFrame, type Outgoing } from '../frame.ts';
import { RESTRICTION_RECOVERIES } from '../greeting.ts';
import { EVENTS_FRAMES_OUTSTANDING_MAX, PUSH_BYTES_MAX, PUSH_EVENTS_MAX, PUSHES_IN_FLIGHT_MAX } from '../limits.ts';
import type { CentreMessage, DeviceMessage, Hello, Restriction, RestrictionKind, WireLimits } from '../protocol.ts';

export const WIDE_LIMITS: WireLimits = {
  pushEventsMax: PUSH_EVENTS_MAX,
  pushBytesMax: PUSH_BYTES_MAX,
  pushesInFlightMax: PUSHES_IN_FLIGHT_MAX,
  eventsFramesOutstandingMax: EVENTS_FRAMES_OUTSTANDING_MAX,
};

export const EPOCH = 'epoch-1';
export const DEVICE = 'device-1';
export const STORE = 'lisbon';
export const seal: Seal = (text) => sha256(`test key\n${text}`);

/** A chain hash that stands for "some hash", the same for the same name. */
export function someHash(name: string): string {
  return sha256(name);
}

export function cursorAt(position: number, epoch = EPOCH): Cursor {
  return sealCursor(seal, { epoch, position, hash: someHash(`central ${position}`) });
}

/** A cursor at the beginning of an epoch. */
export function sealedCursorAt(epoch: string): Cursor {
  return cursorAt(0, epoch);
}

export function markAt(point: ChainPoint, epoch = EPOCH, device = DEVICE) {
  return sealMark(seal, device, { epoch, ...point });
}

export { isSealedMark };

/** A device's own chain of small lines; `chain[seq]` is the point at that seq. */
export function chainOf(
  lines: readonly string[],
  device = DEVICE,
): { readonly points: readonly ChainPoint[]; readonly placed: readonly PlacedLine[] } {
  const points: ChainPoint[] = [{ seq: 0, hash: deviceChainStart(sha256, device) }];
  const placed: PlacedLine[] = [];
  for (const [index, line] of lines.entries()) {
    const hash = nextDeviceHash(sha256, points[index]?.hash ?? '', line);
    points.push({ seq: index + 1, hash });
    placed.push({ place: { device, seq: index + 1, hash }, line });
  }
  return { points, placed };
}

export function eventLine(number: number, padding = ''): string {
  const id = `01890000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
  return JSON.stringify({
    id,
    type: 'CounterMoved',
    schemaVersion: 1,
    store: STORE,
    audience: [],
    occurredAt: 1_000,
    recordedAt: 1_000,
    deviceTimeMs: 0,
    clockUncertaintyMs: null,
    actor: 'ana',
    payload: { padding },
  });
}

// ── the centre's side ──────────────────────────────────────────────────────────────────────────────────────────────

type Untimed<Input> = Input extends unknown ? Omit<Input, 'nowMs'> : never;

export function helloOf(change: Partial<Hello> = {}): Outgoing {
  return {
    type: 'hello',
    protocol: 1,
    ticket: 'ticket-1',
    device: DEVICE,
    store: STORE,
    cursor: null,
    head: chainOf([]).points[0] ?? { seq: 0, hash: '' },
    accepted: null,
    receive: true,
    appVersion: '1.0.0',
    readModelVersion: 'r1',
    deviceTimeMs: 0,
    ...change,
  };
}

export function factsOf(change: Partial<GreetingFacts> = {}): GreetingFacts {
  const start = chainOf([]).points[0] ?? { seq: 0, hash: '' };
  return {
    record: {
      device: DEVICE,
      store: STORE,
      kind: 'installation',
      label: '',
      parent: null,
      enrolledAtMs: 0,
      revokedAtMs: null,
      revokedAtSeq: null,
      accepted: start,
    },
    ticketRecord: null,
    head: headAt(0),
    hashAtCursor: null,
    points: [start, start],
    holes: [],
    ...change,
  };
}

export function headAt(position: number, epoch = EPOCH): CentralHead {
  const base = { position: 0, hash: someHash('central 0') };
  return { epoch, writer: 'centre', base, position, hash: someHash(`central ${position}`) };
}

export class CentralDriver {
  #state;
  nowMs = 1_000_000;
  /** Effects of the last input. */
  effects: readonly CentralEffect[] = [];

  constructor(limits: Partial<WireLimits> = {}) {
    this.#state = startCentralSession({ seal, limits: { ...WIDE_LIMITS, ...limits } });
  }

  input(input: Untimed<CentralInput>): this {
    const { state, effects } = stepCentral(this.#state, { nowMs: this.nowMs, ...input } as CentralInput);
    this.#state = state;
    this.effects = effects;
    return this;
  }

  frame(message: Outgoing, lines: readonly string[] = []): this {
    return this.input({ type: 'frame', text: encodeFrame(message, lines) });
  }

  get sent(): readonly CentreMessage[] {
    return this.effects.flatMap((effect) => {
      if (effect.type !== 'send') return [];
      const frame = decodeFrame(effect.text, 'centre');
      if (!frame.ok) throw new Error(`The centre sent a frame that no device takes: ${frame.problem.detail}`);
      return [frame.message];
    });
  }

  effect<Type extends CentralEffect['type']>(type: Type): Extract<CentralEffect, { type: Type }> | undefined {
    return this.effects.find((effect): effect is Extract<CentralEffect, { type: Type }> => effect.type === type);
  }

  get phase(): string {
    return this.#state.phase.kind;
  }

  greet(hello: Partial<Hello> = {}, facts: Partial<GreetingFacts> = {}): this {
    return this.input({ type: 'opened' })
      .frame(helloOf(hello))
      .input({ type: 'ticketRedeemed', result: { kind: 'granted', device: DEVICE } })
      .input({ type: 'greetingRead', facts: factsOf(facts) });
  }

  /** Greeted, and its first read answered with nothing new. */
  live(hello: Partial<Hello> = {}, facts: Partial<GreetingFacts> = {}): this {
    this.greet(hello, facts);
    const head = factsOf(facts).head;
    return this.input({
      type: 'linesRead',
      read: { lines: [], companions: [], to: { position: head.position, hash: someHash(`central ${head.position}`) } },
    });
  }
}

/** What a read of the central log gives: one line per position. */
export function readOf(
  positions: readonly number[],
  toPosition = positions.at(-1) ?? 0,
  companions: readonly number[] = [],
): AudienceRead {
  const stored = (position: number): StoredLine => {
    const line = eventLine(position);
    return {
      position,
      id: (JSON.parse(line) as { id: string }).id,
      line,
      place: { device: 'device-9', seq: position, hash: someHash(`device-9 ${position}`) },
      hash: someHash(`central ${position}`),
      arrivedAtMs: 0,
    };
  };
  const to = { position: toPosition, hash: someHash(`central ${toPosition}`) };
  return { lines: positions.map(stored), companions: companions.map(stored), to };
}

// ── the device's side ──────────────────────────────────────────────────────────────────────────────────────────────

type Unmomented<Input> = Input extends unknown ? Omit<Input, keyof DeviceMoment> : never;

export function logOf(change: Partial<DeviceLogState> = {}): DeviceLogState {
  return {
    identity: { device: DEVICE, store: STORE },
    head: chainOf([]).points[0] ?? { seq: 0, hash: '' },
    accepted: null,
    cursor: cursorAt(0),
    pending: { events: 0, oldestRecordedAtMs: null },
    needsAttention: 0,
    lastAppendAtMs: null,
    needsSnapshot: false,
    base: null,
    parked: 0,
    compactedTo: chainOf([]).points[0] ?? { seq: 0, hash: '' },
    damaged: 0,
    ...change,
  };
}

export class DeviceDriver {
  #state = startDeviceSession({ appVersion: '1.0.0', readModelVersion: 'r1' });
  nowMs = 1_000_000;
  monotonicMs = 0;
  random = 0.5;
  effects: readonly DeviceEffect[] = [];

  input(input: Unmomented<DeviceInput>): this {
    const { nowMs, monotonicMs, random } = this;
    const { state, effects } = stepDevice(this.#state, { nowMs, monotonicMs, random, ...input } as DeviceInput);
    this.#state = state;
    this.effects = effects;
    return this;
  }

  pass(durationMs: number): this {
    this.nowMs += durationMs;
    this.monotonicMs += durationMs;
    return this;
  }

  frame(message: Outgoing, lines: readonly string[] = []): this {
    return this.input({ type: 'frame', connection: this.connection, text: encodeFrame(message, lines) });
  }

  get sent(): readonly { readonly message: DeviceMessage; readonly lines: readonly string[] }[] {
    return this.effects.flatMap((effect) => {
      if (effect.type !== 'send') return [];
      const frame = decodeFrame(effect.text, 'device');
      if (!frame.ok) throw new Error(`The device sent a frame that no centre takes: ${frame.problem.detail}`);
      return [{ message: frame.message, lines: frame.lines }];
    });
  }

  message<Type extends DeviceMessage['type']>(type: Type): Extract<DeviceMessage, { type: Type }> | undefined {
    return this.sent
      .map(({ message }) => message)
      .find((message): message is Extract<DeviceMessage, { type: Type }> => message.type === type);
  }

  effect<Type extends DeviceEffect['type']>(type: Type): Extract<DeviceEffect, { type: Type }> | undefined {
    return this.effects.find((effect): effect is Extract<DeviceEffect, { type: Type }> => effect.type === type);
  }

  timer(name: string): number | undefined {
    const set = this.effects.find((effect) => effect.type === 'setTimer' && effect.timer === name);
    return set?.type === 'setTimer' ? set.afterMs : undefined;
  }

  get connection(): number {
    return this.#state.connection;
  }

  get phase(): string {
    return this.#state.phase.kind;
  }

  get view() {
    return viewOf(this.#state);
  }

  hello(log: Partial<DeviceLogState> = {}): this {
    if (this.phase === 'stopped') this.input({ type: 'start' });
    return this.input({ type: 'opened', connection: this.connection, ticket: 'ticket-1' }).input({
      type: 'logRead',
      connection: this.connection,
      log: logOf(log),
    });
  }

  /** Welcomed, with the centre holding `accepted` of its log. */
  live(
    log: Partial<DeviceLogState> = {},
    accepted: ChainPoint = START,
    limits: Partial<WireLimits> = {},
    more: { readonly epoch?: string; readonly restriction?: RestrictionKind } = {},
  ): this {
    const { epoch = EPOCH, restriction } = more;
    const device = log.identity?.device ?? DEVICE;
    return this.hello(log).frame({
      type: 'welcome',
      protocol: 1,
      epoch,
      serverTimeMs: this.nowMs,
      accepted: markAt(accepted, epoch, device),
      headPosition: 0,
      limits: { ...WIDE_LIMITS, ...limits },
      restriction: restriction === undefined ? null : restrictionOf(restriction),
    });
  }

  /** Answers the read of the outbox that is under way, from a chain that ends at `headSeq`. */
  outbox(chain: ReturnType<typeof chainOf>, holes: readonly Hole[] = [], headSeq = Infinity): this {
    const read = this.effect('readOutbox');
    if (read === undefined) throw new Error('Nothing reads the outbox.');
    const { afterSeq, limit } = read;
    const hole = holes.find(({ fromSeq }) => fromSeq === afterSeq + 1) ?? null;
    const next = Math.min(...holes.flatMap(({ fromSeq }) => (fromSeq > afterSeq ? [fromSeq] : [])), Infinity);
    const lines = chain.placed
      .filter(({ place }) => place.seq > afterSeq && place.seq < next && place.seq <= headSeq)
      .slice(0, limit.eventsMax);
    const before = chain.points[afterSeq] ?? null;
    const part = hole === null ? { before, hole, lines } : { before, hole, lines: [] };
    return this.input({ type: 'outboxRead', connection: this.connection, afterSeq, part });
  }
}

const START: ChainPoint = chainOf([]).points[0] ?? { seq: 0, hash: '' };

export function restrictionOf(kind: RestrictionKind): Restriction {
  return { kind, recovery: RESTRICTION_RECOVERIES[kind], message: 'Some words.' };
}
