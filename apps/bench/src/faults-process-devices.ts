// A device of the process tier: the real engine over a database in memory, writing all the time, connected or not. Beside it a
// book, kept by nobody of the product: what was saved, and what the wire said was accepted.
import { openDeviceEngine, wholeDomain, type DeviceEngine } from '@streamstock/device-engine';
import type { Projector } from '@streamstock/event-log';
import { sampleDraft, tallyProjector } from '@streamstock/event-log/testing/sample-log';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { filter, firstValueFrom, timeout } from 'rxjs';
import type { EnrolledDevice } from './faults-process-servers.ts';

const BURST_EVENTS_MAX = 5;

/** The sample tally of what these devices write: the product writes events of its own too. */
function tallyOfPebbles(): Projector {
  const tally = tallyProjector();
  return {
    ...tally,
    project: async (tables, changes) =>
      await tally.project(
        tables,
        changes.filter(({ event }) => event.type === 'PebbleMoved'),
      ),
  };
}

/** How far the centre said that it holds this device. */
export interface Acknowledged {
  readonly seq: number;
  readonly hash: string;
}

export class LoadDevice {
  readonly identity: EnrolledDevice;
  readonly engine: DeviceEngine;
  /** Ids by seq − 1, as they were saved. */
  readonly saved: string[] = [];
  acknowledged: Acknowledged | null = null;
  #writing: Promise<void> = Promise.resolve();
  #stopped = false;

  private constructor(identity: EnrolledDevice, engine: DeviceEngine) {
    this.identity = identity;
    this.engine = engine;
  }

  static async open(identity: EnrolledDevice, url: string): Promise<LoadDevice> {
    let heard: (text: string) => void = () => undefined;
    const engine = await openDeviceEngine({
      databaseName: identity.device,
      domain: wholeDomain({ projectors: [tallyOfPebbles()] }),
      clock: Date.now,
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      syncUrl: url,
      fetchTicket: identity.fetchTicket,
      snapshots: null,
      appVersion: 'kill-tier',
      environment: {
        indexedDb: new IDBFactory(),
        keyRange: IDBKeyRange as unknown as typeof globalThis.IDBKeyRange,
        openChannel: null,
        locks: null,
        keyValues: null,
        storage: null,
        listenToPage: () => () => undefined,
        openSocket: (address, subprotocol) => {
          const socket = new WebSocket(address, subprotocol);
          socket.addEventListener('message', ({ data }) => heard(String(data)));
          return socket;
        },
      },
    });
    const device = new LoadDevice(identity, engine);
    heard = (text) => device.#hear(text);
    await engine.enrol({ device: identity.device, store: identity.store });
    return device;
  }

  /** The book reads the wire by itself. */
  #hear(text: string): void {
    if (!text.startsWith('{"type":"accepted"')) return;
    const { mark } = JSON.parse(text) as { readonly mark: Acknowledged };
    if (mark.seq > (this.acknowledged?.seq ?? 0)) this.acknowledged = { seq: mark.seq, hash: mark.hash };
  }

  /** Writes until `stop`, with pauses of up to `pauseMsMax`. */
  write(random: () => number, pauseMsMax: number): void {
    this.#stopped = false;
    const { store } = this.identity;
    this.#writing = (async () => {
      while (!this.#stopped) {
        const drafts = Array.from({ length: 1 + Math.floor(random() * BURST_EVENTS_MAX) }, (_, index) =>
          sampleDraft(index, { id: this.engine.newId(), store }),
        );
        const appended = await this.engine.commit(drafts);
        for (const { event, place } of appended) this.saved[place.seq - 1] = event.id;
        await new Promise((resolve) => setTimeout(resolve, random() * pauseMsMax));
      }
    })();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#writing;
  }

  /** Resolves when nothing is unsent and `total` events of its store have come. */
  async converged(total: number, withinMs: number): Promise<void> {
    await firstValueFrom(
      this.engine.status$.pipe(
        filter(({ unsentCount, connection }) => unsentCount === 0 && connection === 'online'),
        timeout(withinMs),
      ),
    );
    const deadlineMs = performance.now() + withinMs;
    for (;;) {
      const [tally] = await this.engine.tables.getMany<{ events: number }>('tally', [this.identity.store]);
      if (tally?.events === total) return;
      if (performance.now() > deadlineMs) throw new Error(`it counts ${tally?.events ?? 0} events of ${total}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
