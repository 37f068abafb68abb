// Devices, pairing, enrolment and socket tickets.
import * as z from 'zod/mini';
import { Count, EntityId, Name, Position, Secret, Seq, TimeMs } from './common.ts';
import { DEVICES_MAX } from './limits.ts';
import { StoreIdentity } from './stores.ts';

/** What an installation last said of itself. Figures are its own words, not the centre's. */
export const DeviceReport = z.object({
  heardAtMs: TimeMs,
  unsent: Count,
  oldestUnsentAtMs: z.nullable(TimeMs),
  lastWriteAtMs: z.nullable(TimeMs),
  /** centre − device; null = unmeasured. */
  clockOffsetMs: z.nullable(z.int()),
  appVersion: z.string(),
  /** Own events that await a person there. */
  needsAttention: Count,
  /** It is connected and has unsent events, and nothing was accepted for a minute. */
  unsentFault: z.boolean(),
  storage: z.nullable(z.object({ usedBytes: Count, quotaBytes: Count, persisted: z.boolean() })),
  /** Up to which position it has applied everything it must hear of; null = not yet known. */
  appliedPosition: z.nullable(Position),
});
export type DeviceReport = z.infer<typeof DeviceReport>;

export const Device = z.object({
  device: EntityId,
  store: z.nullable(EntityId),
  kind: z.enum(['installation', 'centre', 'importer']),
  label: z.string(),
  /** The device it was cloned or restored from. */
  parent: z.nullable(EntityId),
  enrolledAtMs: TimeMs,
  revokedAtMs: z.nullable(TimeMs),
  /** How far the centre holds its log. */
  acceptedSeq: Seq,
  connected: z.boolean(),
  report: z.nullable(DeviceReport),
});
export type Device = z.infer<typeof Device>;

export const DeviceList = z.object({ position: Position, devices: z.array(Device).check(z.maxLength(DEVICES_MAX)) });
export type DeviceList = z.infer<typeof DeviceList>;

/** Who is revoked now: the device and all that descend from it by forks. */
export const Revocation = z.object({ revoked: z.array(EntityId).check(z.minLength(1), z.maxLength(DEVICES_MAX)) });
export type Revocation = z.infer<typeof Revocation>;

/** The letters of a pairing code: none that is easily read as another (no I, O, S, Z). */
export const PAIRING_ALPHABET = 'ABCDEFGHJKLMNPQRTUVWXY';
export const PAIRING_LETTERS = 8;
const PAIRING_PATTERN = new RegExp(`^[${PAIRING_ALPHABET}]{${PAIRING_LETTERS}}$`);

/** Brings what a person typed into the printed form `ABCD-EFGH`, or undefined when it can not be a code. */
export function normalisePairingCode(typed: string): string | undefined {
  const letters = typed.toUpperCase().replaceAll(/[\s-]/g, '');
  if (!PAIRING_PATTERN.test(letters)) return undefined;
  return `${letters.slice(0, PAIRING_LETTERS / 2)}-${letters.slice(PAIRING_LETTERS / 2)}`;
}

/** `url`: opens the store app with the code behind `#`, where no server sees it; for the QR picture. */
export const PairingCode = z.object({ code: z.string().check(z.maxLength(16)), expiresAtMs: TimeMs, url: z.string() });
export type PairingCode = z.infer<typeof PairingCode>;

/** `code` as typed or scanned; `label` is what head office reads ("till 1"). */
export const EnrolmentRequest = z.object({ code: z.string().check(z.minLength(1), z.maxLength(32)), label: Name });
export type EnrolmentRequest = z.infer<typeof EnrolmentRequest>;

/** `credential`: given once; the device keeps it and sends it as bearer token for tickets. */
export const Enrolment = z.object({ device: EntityId, store: StoreIdentity, credential: Secret });
export type Enrolment = z.infer<typeof Enrolment>;

/** For one `hello` on the socket, within its time. */
export const Ticket = z.object({ ticket: Secret, expiresAtMs: TimeMs });
export type Ticket = z.infer<typeof Ticket>;
