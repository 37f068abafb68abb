// Hash chains over event lines (law 2): a device's own, and the centre's. Hashes are 64 lower-case hex digits.
import * as z from 'zod/mini';
import type { DeviceId, EventId } from './id.ts';
import type { Sha256 } from './sha256.ts';

export const ChainHash = z.string().check(z.regex(/^[0-9a-f]{64}$/));
export type ChainHash = z.infer<typeof ChainHash>;

/** h₀ = H(protocol, device id): the chain hash of an empty device log. */
export function deviceChainStart(hash: Sha256, device: DeviceId): ChainHash {
  return hash(`streamstock.v1\ndevice\n${device}`);
}

/** hₙ = H(hₙ₋₁, bytes). A hash has a fixed length and a line has no line break, so the joined text is unambiguous. */
export function nextDeviceHash(hash: Sha256, previous: ChainHash, line: string): ChainHash {
  return hash(`${previous}\n${line}`);
}

/** c₀ = H(protocol, epoch): the chain hash of an empty central log. */
export function centralChainStart(hash: Sha256, epoch: string): ChainHash {
  return hash(`streamstock.v1\ncentre\n${epoch}`);
}

/**
 * What a later epoch's first event goes on from: its base is the position p at which it began, with the hash there. Positions
 * and hashes up to p stay what they were; from there on no hash of this epoch is one of another.
 */
export function centralChainOn(
  hash: Sha256,
  epoch: string,
  base: { readonly position: number; readonly hash: ChainHash },
): ChainHash {
  return hash(`streamstock.v1\ncentre\n${epoch}\n${base.position}\n${base.hash}`);
}

/** cₙ = H(cₙ₋₁, id, bytes). */
export function nextCentralHash(hash: Sha256, previous: ChainHash, id: EventId, line: string): ChainHash {
  return hash(`${previous}\n${id}\n${line}`);
}
