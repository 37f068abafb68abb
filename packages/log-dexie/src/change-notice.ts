// Tells all tabs of one device what was committed: this tab at once, the others over a BroadcastChannel. Carries no data:
// whoever hears it reads the database.
import type { DeviceLogChange } from '@streamstock/event-log';

/** The part of BroadcastChannel that is used. */
export interface NoticeChannel {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

const CAUSES: ReadonlySet<string> = new Set<DeviceLogChange['cause']>([
  'enrolled',
  'append',
  'frame',
  'accepted',
  'rechain',
  'rebuild',
  'local',
]);

function isChange(data: unknown): data is DeviceLogChange {
  return typeof data === 'object' && data !== null && 'cause' in data && CAUSES.has(String(data.cause));
}

export class ChangeNotice {
  readonly #channel: NoticeChannel | null;
  readonly #observers = new Set<(change: DeviceLogChange) => void>();

  /** null: the browser has no such channel; then tabs do not hear of each other. */
  constructor(channel: NoticeChannel | null) {
    this.#channel = channel;
    if (channel !== null) {
      // Tabs of another version may post what this one does not know.
      channel.onmessage = ({ data }) => {
        if (isChange(data)) this.#tell({ cause: data.cause });
      };
    }
  }

  announce(change: DeviceLogChange): void {
    this.#channel?.postMessage(change);
    this.#tell(change);
  }

  observe(observer: (change: DeviceLogChange) => void): () => void {
    const entry = (change: DeviceLogChange) => observer(change);
    this.#observers.add(entry);
    return () => this.#observers.delete(entry);
  }

  close(): void {
    this.#observers.clear();
    this.#channel?.close();
  }

  #tell(change: DeviceLogChange): void {
    // In their own turn: an observer that throws must not make a committed write look failed.
    for (const observer of this.#observers) void Promise.resolve(change).then(observer);
  }
}
