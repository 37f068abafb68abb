// A fork as the centre sees it: it asks for hashes until it knows the last common point, has a new id minted, and tells
// it. Pure; part of the central session.
import type { ChainPoint, DeviceId, Seq } from '@streamstock/event-log';
import type { CentralEffect } from './central-session-types.ts';
import { refuse, send, stay, to, type CentralSessionState, type CentralStep, type Peer } from './central-state.ts';
import { answersProbes, continueForkSearch, type ForkStep } from './fork-search.ts';
import { FORK_ROUNDS_MAX } from './limits.ts';
import type { Hashes } from './protocol.ts';

export function onForkStep(state: CentralSessionState, peer: Peer, step: ForkStep): CentralStep {
  const { device, store, epoch } = peer;
  if (step.kind === 'found') return mint(state, peer, device, step.commonSeq);
  const { search } = step;
  if (search.round > FORK_ROUNDS_MAX)
    return refuse(state, 'out-of-turn', 'The hashes of this device contradict each other.');
  const ask = send({ type: 'forked', round: search.round, seqs: [...search.probes] });
  return to(state, { kind: 'forking', device, store, epoch, search, told: null }, ask, {
    type: 'clearTimer',
    timer: 'advance',
  });
}

/** `parent`: the registered device that the new id descends from. */
export function mint(state: CentralSessionState, peer: Peer, parent: DeviceId, commonSeq: Seq): CentralStep {
  const { device, store, epoch } = peer;
  const effect: CentralEffect = { type: 'mintDevice', parent, store, commonSeq };
  return to(state, { kind: 'minting', device, store, epoch, commonSeq }, effect);
}

export function onHashes(state: CentralSessionState, message: Hashes): CentralStep {
  const { phase } = state;
  if (phase.kind !== 'forking' || phase.told !== null || message.round !== phase.search.round) return stay(state);
  if (!answersProbes(phase.search, message.points))
    return refuse(state, 'bad-frame', 'The hashes are not those that were asked for.');
  const read: CentralEffect = { type: 'readDeviceHashes', device: phase.device, seqs: phase.search.probes };
  return to(state, { ...phase, told: message.points }, read);
}

/**
 * What was lost by damage in the common part may be sound on the copy that forks: the search ends in front of it, and all that
 * follows comes again under the new id. What is known of it gets a place and nothing else.
 */
export function onHashesRead(
  state: CentralSessionState,
  held: readonly (ChainPoint | null)[],
  lostFrom: Seq | null,
): CentralStep {
  const { phase } = state;
  if (phase.kind !== 'forking' || phase.told === null) return stay(state);
  const step = continueForkSearch(phase.search, held, phase.told);
  if (step.kind !== 'found' || lostFrom === null) return onForkStep(state, phase, step);
  return onForkStep(state, phase, { ...step, commonSeq: Math.min(step.commonSeq, lostFrom - 1) });
}

export function onMinted(state: CentralSessionState, device: DeviceId): CentralStep {
  const { phase } = state;
  if (phase.kind !== 'minting') return stay(state);
  const { commonSeq } = phase;
  const report = { kind: 'forked', device: phase.device, newDevice: device, commonSeq } as const;
  return to(state, { kind: 'parting' }, send({ type: 'newDevice', device, parent: phase.device, commonSeq }), {
    type: 'report',
    report,
  });
}

/** An installation that forks again and again is a bug or an attack: ids are not minted without end. */
export function onMintRefused(state: CentralSessionState, retryAfterMs: number): CentralStep {
  if (state.phase.kind !== 'minting') return stay(state);
  return refuse(
    state,
    'busy',
    'This device was given too many new identities lately. What is saved on it stays saved.',
    {
      retryAfterMs,
    },
  );
}
