// What devices last said of themselves and which are connected. Owns that memory, bounded; the log knows nothing of it.
import type { DeviceId, Position, StoreId } from '@streamstock/event-log';
import type { Hello, Status } from '@streamstock/sync';
import { Subject, type Observable } from 'rxjs';
import { DEVICE_STATUSES_MAX } from './limits.ts';

export interface DeviceStatus {
  readonly device: DeviceId;
  readonly store: StoreId;
  readonly appVersion: string;
  /** null: away. */
  readonly connectedSinceMs: number | null;
  readonly lastHeardAtMs: number;
  /** Its last `status` message, and when it came; null: none yet. */
  readonly report: Status | null;
  readonly reportAtMs: number | null;
  /** It holds, on disk, everything in its audience up to here; null: it has said nothing yet. */
  readonly appliedPosition: Position | null;
}

/** One thing that happened, for those who keep their own account. */
export type DeviceNews = { readonly device: DeviceId; readonly atMs: number } & (
  | { readonly kind: 'connected'; readonly store: StoreId; readonly appVersion: string }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'heard' }
  | { readonly kind: 'status'; readonly status: Status }
  | { readonly kind: 'applied'; readonly position: Position }
);

type Known = { -readonly [Field in keyof DeviceStatus]: DeviceStatus[Field] };

export class DeviceStatuses {
  /** Changed in place, for every frame does it; given away as copies. Whoever went away last stands last among those away. */
  readonly #statuses = new Map<DeviceId, Known>();
  readonly #connections = new Map<DeviceId, number>();
  readonly #changes = new Subject<DeviceStatus>();
  readonly #news = new Subject<DeviceNews>();
  readonly #clock: () => number;
  readonly #devicesMax: number;

  constructor(clock: () => number, devicesMax = DEVICE_STATUSES_MAX) {
    this.#clock = clock;
    this.#devicesMax = devicesMax;
  }

  get changes$(): Observable<DeviceStatus> {
    return this.#changes;
  }

  get news$(): Observable<DeviceNews> {
    return this.#news;
  }

  all(): readonly DeviceStatus[] {
    return [...this.#statuses.values()].map((known) => ({ ...known }));
  }

  connected({ device, store, appVersion, cursor }: Hello): void {
    const atMs = this.#clock();
    const before = this.#statuses.get(device);
    this.#connections.set(device, (this.#connections.get(device) ?? 0) + 1);
    const { report, reportAtMs } = before ?? { report: null, reportAtMs: null };
    const connectedSinceMs = before?.connectedSinceMs ?? atMs;
    const appliedPosition = cursor?.position ?? null;
    this.#setLast({
      device,
      store,
      appVersion,
      connectedSinceMs,
      lastHeardAtMs: atMs,
      report,
      reportAtMs,
      appliedPosition,
    });
    this.#news.next({ kind: 'connected', device, atMs, store, appVersion });
  }

  /** An old socket may end after its successor came: the device is away when the last one has gone. */
  disconnected(device: DeviceId): void {
    const left = (this.#connections.get(device) ?? 1) - 1;
    if (left > 0) {
      this.#connections.set(device, left);
      return;
    }
    this.#connections.delete(device);
    const known = this.#statuses.get(device);
    if (known !== undefined) this.#setLast(Object.assign(known, { connectedSinceMs: null }));
    this.#news.next({ kind: 'disconnected', device, atMs: this.#clock() });
  }

  /** Any frame at all. Not told as a change: the next one that matters carries the time. */
  heard(device: DeviceId): void {
    const known = this.#statuses.get(device);
    const atMs = this.#clock();
    if (known !== undefined) known.lastHeardAtMs = atMs;
    if (this.#news.observed) this.#news.next({ kind: 'heard', device, atMs });
  }

  status(device: DeviceId, status: Status): void {
    const atMs = this.#clock();
    const known = this.#statuses.get(device);
    if (known !== undefined)
      this.#changed(Object.assign(known, { report: status, reportAtMs: atMs, appVersion: status.appVersion }));
    this.#news.next({ kind: 'status', device, atMs, status });
  }

  applied(device: DeviceId, position: Position): void {
    const known = this.#statuses.get(device);
    if (known !== undefined) {
      known.appliedPosition = position;
      this.#changed(known);
    }
    if (this.#news.observed) this.#news.next({ kind: 'applied', device, atMs: this.#clock(), position });
  }

  close(): void {
    this.#changes.complete();
    this.#news.complete();
  }

  #setLast(known: Known): void {
    // Who is forgotten first was away longest.
    this.#statuses.delete(known.device);
    this.#statuses.set(known.device, known);
    if (this.#statuses.size > this.#devicesMax) this.#forgetOne();
    this.#changed(known);
  }

  #changed(known: Known): void {
    if (this.#changes.observed) this.#changes.next({ ...known });
  }

  #forgetOne(): void {
    for (const { device, connectedSinceMs } of this.#statuses.values()) {
      if (connectedSinceMs !== null) continue;
      this.#statuses.delete(device);
      return;
    }
  }
}
