// The central session's state, and the few moves that all its parts share: staying, going on, sending, refusing. Owns
// no dispatch.
import type { ChainPoint, DeviceId, Hole, Seq, StoreId } from '@streamstock/event-log';
import type { CentralEffect, CentralSessionConfig } from './central-session-types.ts';
import type { ClockMeasure } from './clock-offset.ts';
import type { Delivery, DeliveryConfig, DeliveryStep } from './delivery.ts';
import type { ForkSearch } from './fork-search.ts';
import { encodeFrame, type Outgoing } from './frame.ts';
import { RECOVERIES } from './greeting.ts';
import { HOLES_NAMED_MAX, MESSAGE_CHARACTERS_MAX } from './limits.ts';
import type { Hello, Recovery, RefusalKind, Restriction } from './protocol.ts';

export interface Peer {
  readonly device: DeviceId;
  readonly store: StoreId;
  readonly epoch: string;
}

export interface Live extends Peer {
  readonly kind: 'live';
  readonly restriction: Restriction | null;
  /** null: this connection is sent no events. */
  readonly delivery: Delivery | null;
  /** What waits for its commit, oldest first: answers come in this order. */
  readonly pending: readonly PendingAppend[];
  readonly offers: OffersTaken;
  /** All of the device's log up to here was accepted from this connection, or the device was told what of it is lost. */
  readonly cameTo: Seq;
  readonly clock: ClockMeasure | null;
}

export type PendingAppend =
  | { readonly kind: 'push'; readonly alone: boolean; readonly firstSeq: Seq; readonly lastSeq: Seq }
  | { readonly kind: 'hole'; readonly hole: Hole }
  | { readonly kind: 'resupply'; readonly round: number; readonly part: number };

/** How far a device has offered what it holds; see central-offers.ts. */
export interface OffersTaken {
  readonly step: 'none' | 'reading' | 'wanted' | 'done';
  readonly round: number;
  readonly part: number;
  /** Lines that this round may still bring. */
  readonly wanted: number;
  readonly offered: number;
  readonly appended: number;
  readonly known: number;
  readonly refused: number;
}

export type Phase =
  | { readonly kind: 'opening' | 'awaitingHello' | 'parting' | 'closed' }
  | { readonly kind: 'redeeming' | 'greeting'; readonly hello: Hello }
  | Live
  | ({
      readonly kind: 'forking';
      readonly search: ForkSearch;
      readonly told: readonly (ChainPoint | null)[] | null;
    } & Peer)
  | ({ readonly kind: 'minting'; readonly commonSeq: Seq } & Peer);

export interface CentralSessionState {
  readonly config: CentralSessionConfig;
  readonly phase: Phase;
  /** Whether the device said anything since the last silence check. */
  readonly heard: boolean;
  /** Known before anything else: the newest position the engine told of while the device was still greeting. */
  readonly headPosition: number;
}

export interface CentralStep {
  readonly state: CentralSessionState;
  readonly effects: readonly CentralEffect[];
}

export function startCentralSession(config: CentralSessionConfig): CentralSessionState {
  return { config, phase: { kind: 'opening' }, heard: true, headPosition: 0 };
}

export const TIMERS_CLEARED: readonly CentralEffect[] = [
  { type: 'clearTimer', timer: 'hello' },
  { type: 'clearTimer', timer: 'silence' },
  { type: 'clearTimer', timer: 'advance' },
];

const NO_EFFECTS: readonly CentralEffect[] = [];

export function stay(state: CentralSessionState): CentralStep {
  return { state, effects: NO_EFFECTS };
}

export function to(state: CentralSessionState, phase: Phase, ...effects: readonly CentralEffect[]): CentralStep {
  return { state: { ...state, phase }, effects };
}

export function send(message: Outgoing): CentralEffect {
  return { type: 'send', text: encodeFrame(message) };
}

/** What one push could fill: a hole is filled whole or not at all. */
export function fillable({ config }: CentralSessionState, holes: readonly Hole[]): { readonly holes?: Hole[] } {
  const { pushEventsMax } = config.limits;
  const named = holes.filter(({ fromSeq, toSeq }) => toSeq - fromSeq < pushEventsMax).slice(0, HOLES_NAMED_MAX);
  return named.length === 0 ? {} : { holes: named };
}

export function deliveryConfig(state: CentralSessionState): DeliveryConfig {
  return { seal: state.config.seal, framesOutstandingMax: state.config.limits.eventsFramesOutstandingMax };
}

/** What goes on in the receiving half; nothing where there is none. */
export function deliver(
  state: CentralSessionState,
  move: (config: DeliveryConfig, delivery: Delivery) => DeliveryStep,
): CentralStep {
  const { phase } = state;
  if (phase.kind !== 'live' || phase.delivery === null) return stay(state);
  const step = move(deliveryConfig(state), phase.delivery);
  return step.delivery === phase.delivery && step.effects.length === 0 ? stay(state) : withDelivery(state, phase, step);
}

export function withDelivery(state: CentralSessionState, live: Live, step: DeliveryStep): CentralStep {
  return to(state, { ...live, delivery: step.delivery }, ...step.effects);
}

interface RefusalMore {
  readonly retryAfterMs?: number | null;
  readonly recovery?: Recovery;
  /** For the report, when it may say more than the device is told. */
  readonly detail?: string;
}

/** C5: says why, and closes. */
export function refuse(
  state: CentralSessionState,
  kind: RefusalKind,
  message: string,
  more: RefusalMore = {},
): CentralStep {
  const { retryAfterMs = null, recovery = RECOVERIES[kind], detail = message } = more;
  const words = message.slice(0, MESSAGE_CHARACTERS_MAX);
  return to(
    state,
    { kind: 'closed' },
    send({ type: 'refused', kind, recovery, message: words.toWellFormed(), retryAfterMs }),
    { type: 'report', report: { kind: 'refused', refusal: kind, device: deviceOf(state.phase), detail } },
    ...TIMERS_CLEARED,
    { type: 'close' },
  );
}

function deviceOf(phase: Phase): DeviceId | null {
  if ('device' in phase) return phase.device;
  return 'hello' in phase ? phase.hello.device : null;
}
