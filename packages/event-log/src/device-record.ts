// The registry entry of a device: what the centre knows of one log it holds.
import type { DeviceId, StoreId } from './id.ts';
import type { ChainPoint, Seq } from './place.ts';

/** One enrolled installation, or a writer at the centre (`store` null: it writes for the chain). */
export interface DeviceRecord {
  readonly device: DeviceId;
  readonly store: StoreId | null;
  readonly kind: 'installation' | 'centre' | 'importer';
  readonly label: string;
  readonly parent: DeviceId | null;
  readonly enrolledAtMs: number;
  readonly revokedAtMs: number | null;
  /** How far its log was held when it was revoked: what it pushes beyond is set aside, and bounded. */
  readonly revokedAtSeq: Seq | null;
  /** How far the centre holds its log. */
  readonly accepted: ChainPoint;
}

/** A device as it is registered: nothing of its log is held, and nobody revoked it. */
export type NewDevice = Omit<DeviceRecord, 'accepted' | 'revokedAtMs' | 'revokedAtSeq'>;
