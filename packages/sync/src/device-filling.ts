// Holes that `welcome` or `accepted` name: another copy of this disk said that these lines are lost. Where they are sound here they are pushed,
// each stretch by a push of its own, when nothing else is on its way. Owns which are left and which one is tried; pure, part of
// the sending half.
//
//   waiting ──nothing else to send──▶ reading ──the very lines──▶ sent ──accepted up to its end──▶ the next one
//      ▲                                └──not held, or other──▶ the next one
//      └──────────────resend: at most FILL_TRIES_MAX pushes────────┴──damage in it──▶ the next one
import type { DeviceId, Hole, OutboxPart, PlacedLine, Seq } from '@streamstock/event-log';
import { FILL_TRIES_MAX } from './limits.ts';

interface Fill {
  readonly hole: Hole;
  /** Pushes on this connection. */
  readonly tries: number;
}

export interface Filling {
  readonly waiting: readonly Fill[];
  readonly current: (Fill & { readonly step: 'reading' | 'sent' }) | null;
}

export function startFilling(holes: readonly Hole[]): Filling {
  return { waiting: holes.map((hole) => ({ hole, tries: 0 })), current: null };
}

/** Those that are named later; what is waiting or under way is not named twice. */
export function fillToo({ waiting, current }: Filling, holes: readonly Hole[]): Filling {
  const known = new Set([...waiting, ...(current === null ? [] : [current])].map(({ hole }) => hole.toSeq));
  const fresh = holes.filter(({ toSeq }) => !known.has(toSeq)).map((hole) => ({ hole, tries: 0 }));
  return { waiting: [...waiting, ...fresh], current };
}

export function isFillingDone({ waiting, current }: Filling): boolean {
  return waiting.length === 0 && current === null;
}

/** The next one is to be read; null: there is none, or one is under way. */
export function nextFill({ waiting, current }: Filling): { readonly filling: Filling; readonly hole: Hole } | null {
  const [next, ...rest] = waiting;
  if (next === undefined || current !== null) return null;
  return { filling: { waiting: rest, current: { ...next, step: 'reading' } }, hole: next.hole };
}

/** The lines that stand in the hole's place on this disk, if they are all here and end where it ends. */
export function linesFor(hole: Hole, part: OutboxPart, device: DeviceId): readonly PlacedLine[] | null {
  const { before, lines } = part;
  const isHere = before !== null && part.hole === null && lines.length === hole.toSeq - hole.fromSeq + 1;
  const isOwn = lines.every(({ place }, index) => place.device === device && place.seq === hole.fromSeq + index);
  return isHere && isOwn && lines.at(-1)?.place.hash === hole.hashAfter ? lines : null;
}

export function fillSent(filling: Filling): Filling {
  const { current } = filling;
  return current === null ? filling : { ...filling, current: { ...current, tries: current.tries + 1, step: 'sent' } };
}

/** It can not be filled from here, or it is: goes on to the next one. */
export function fillOver(filling: Filling): Filling {
  return { ...filling, current: null };
}

export function isFillSent({ current }: Filling): boolean {
  return current?.step === 'sent';
}

/** `seq` lies in what was pushed and not answered. */
export function isInFill({ current }: Filling, seq: Seq): boolean {
  return current?.step === 'sent' && current.hole.fromSeq <= seq && seq <= current.hole.toSeq;
}

/** Whether these words answer it: they name its last seq. */
export function answersFill({ current }: Filling, upTo: Seq | undefined): boolean {
  return current?.step === 'sent' && current.hole.toSeq === upTo;
}

/** Something was not taken as it stood; nobody says whether it was this. */
export function fillAgain(filling: Filling): Filling {
  const { waiting, current } = filling;
  if (current === null || current.step !== 'sent') return filling;
  const { hole, tries } = current;
  return { waiting: tries < FILL_TRIES_MAX ? [{ hole, tries }, ...waiting] : waiting, current: null };
}
