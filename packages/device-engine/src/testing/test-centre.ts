// A centre for the engine's tests: the real central session over a real WebSocket server and the in-memory central log.
// One commit per push; tickets are whatever `issueTicket` gave out; a snapshot holds all of the projectors' tables, a page each.
import {
  deviceChainStart,
  MemoryCentralLog,
  pushPlanner,
  sealCursor,
  sealMark,
  sha256,
  snapshotPageText,
  utf8Length,
  type DeviceId,
  type Projector,
  type Seal,
  type SnapshotHeader,
  type SnapshotPage,
  type SnapshotPageHead,
  type StoreId,
} from '@streamstock/event-log';
import {
  EVENTS_FRAMES_OUTSTANDING_MAX,
  HOLES_NAMED_MAX,
  PUSH_BYTES_MAX,
  PUSH_EVENTS_MAX,
  PUSHES_IN_FLIGHT_MAX,
  startCentralSession,
  stepCentral,
  SUBPROTOCOL,
  type CentralEffect,
  type CentralInput,
  type CentralSessionState,
  type CentralTimer,
  type Status,
} from '@streamstock/sync';
import { SnapshotFailed, type SnapshotSource } from '../snapshot-source.ts';
import { WebSocketServer, type WebSocket } from 'ws';

type Untimed<Input> = Input extends unknown ? Omit<Input, 'nowMs'> : never;

const LIMITS = {
  pushEventsMax: PUSH_EVENTS_MAX,
  pushBytesMax: PUSH_BYTES_MAX,
  pushesInFlightMax: PUSHES_IN_FLIGHT_MAX,
  eventsFramesOutstandingMax: EVENTS_FRAMES_OUTSTANDING_MAX,
};

interface Visit {
  readonly socket: WebSocket;
  state: CentralSessionState;
  readonly timers: Map<CentralTimer, NodeJS.Timeout>;
  turn: Promise<void>;
}

const seal: Seal = (text) => sha256(`key\n${text}`).slice(0, 32);

const plan = pushPlanner(
  sha256,
  (device) => deviceChainStart(sha256, device),
  (event) =>
    event.payload['bad'] === true
      ? [{ type: 'EventSetAside', payload: { target: event.id, reason: 'bad', detail: 'It says so itself.' } }]
      : [],
  seal,
);

export class TestCentre {
  log = new MemoryCentralLog({ epoch: 'epoch-1', writer: 'centre-1', seal });
  readonly statuses = new Map<DeviceId, Status>();
  /** Added to the centre's clock. */
  clockOffsetMs = 0;
  readonly #tickets = new Set<string>();
  #ticketCount = 0;
  #mintCount = 0;
  #server: WebSocketServer | null = null;
  #port = 0;
  readonly #visits = new Set<Visit>();

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  get connections(): number {
    return this.#visits.size;
  }

  async start(): Promise<void> {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: this.#port,
      handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    this.#server = server;
    server.on('connection', (socket) => this.#welcome(socket));
    await new Promise<void>((resolve) => {
      server.once('listening', resolve);
    });
    const address = server.address();
    if (typeof address === 'string' || address === null) throw new Error('The server has no port.');
    this.#port = address.port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const { socket } of this.#visits) socket.terminate();
    await new Promise<void>((resolve) => {
      if (server === null) resolve();
      else server.close(() => resolve());
    });
  }

  async enrol(device: DeviceId, store: StoreId): Promise<void> {
    const record = { device, store, label: device, parent: null, enrolledAtMs: Date.now() };
    await this.log.registerDevice({ ...record, kind: 'installation' });
  }

  issueTicket(): string {
    this.#ticketCount += 1;
    const ticket = `ticket-${this.#ticketCount}`;
    this.#tickets.add(ticket);
    return ticket;
  }

  /** Goes on from an earlier copy of the log, under a new epoch: nobody's tokens are of it. */
  async restore(backup: MemoryCentralLog): Promise<void> {
    this.log = backup.clone();
    await this.log.beginEpoch({ cause: 'restored', nowMs: Date.now() });
    const message = 'The centre begins anew.';
    for (const visit of this.#visits) this.#step(visit, { type: 'dismiss', kind: 'busy', message, retryAfterMs: null });
  }

  /** What the HTTP routes of a server give a device. */
  snapshotsFor(device: DeviceId, projectors: readonly Projector[]): SnapshotSource {
    const pagesOf = new Map<string, readonly SnapshotPage[]>();
    return {
      header: async () => {
        const { header, pages } = await this.#snapshot(device, projectors);
        pagesOf.set(header.id, pages);
        return header;
      },
      pages: async function* (id, from) {
        yield (pagesOf.get(id) ?? []).slice(from);
      },
    };
  }

  async #snapshot(
    device: DeviceId,
    projectors: readonly Projector[],
  ): Promise<{ readonly header: SnapshotHeader; readonly pages: readonly SnapshotPage[] }> {
    const { log } = this;
    for (let step = await log.project(projectors, 1_000); step.checkpoint < step.head;)
      step = await log.project(projectors, 1_000);
    const store = (await log.device(device))?.store ?? null;
    if (store === null) throw new SnapshotFailed({ kind: 'refused' });
    const view = await log.view();
    const { epoch, position, hash } = view.head;
    const heads: SnapshotPageHead[] = [];
    const pages: SnapshotPage[] = [];
    for (const table of projectors.flatMap(({ tables }) => tables)) {
      const rows = await view.tables.range(table, { rowsMax: 1_000 });
      const [first, last] = [rows[0], rows.at(-1)];
      if (first === undefined || last === undefined) continue;
      const text = snapshotPageText(rows);
      heads.push({ table, rows: rows.length, firstKey: first.key, lastKey: last.key, bytes: utf8Length(text) });
      pages.push({ index: pages.length, text });
    }
    await view.close();
    const { accepted, notIn } = await log.snapshotOwn(device, position);
    const header: SnapshotHeader = {
      id: `snapshot-${epoch}-${position}`,
      store,
      cursor: sealCursor(seal, { epoch, position, hash }),
      folds: projectors.map(({ name, version }) => ({ name, version })),
      pages: heads,
      unfolded: [],
      own: { accepted: sealMark(seal, device, { epoch, ...accepted }), notIn: [...notIn] },
    };
    return { header, pages };
  }

  async revoke(device: DeviceId): Promise<void> {
    await this.log.revokeDevice(device, Date.now());
    const message = 'This device was removed.';
    for (const visit of this.#visits)
      this.#step(visit, { type: 'dismiss', kind: 'revoked', message, retryAfterMs: null });
  }

  #welcome(socket: WebSocket): void {
    const state = startCentralSession({ seal, limits: LIMITS });
    const visit: Visit = { socket, state, timers: new Map(), turn: Promise.resolve() };
    this.#visits.add(visit);
    socket.on('message', (data) => this.#step(visit, { type: 'frame', text: (data as Buffer).toString('utf8') }));
    socket.on('close', () => {
      this.#step(visit, { type: 'closed' });
      for (const timer of visit.timers.values()) clearTimeout(timer);
      this.#visits.delete(visit);
    });
    this.#step(visit, { type: 'opened' });
  }

  #step(visit: Visit, input: Untimed<CentralInput>): void {
    const nowMs = Date.now() + this.clockOffsetMs;
    const { state, effects } = stepCentral(visit.state, { nowMs, ...input } as CentralInput);
    visit.state = state;
    for (const effect of effects) this.#begin(visit, effect);
  }

  #begin(visit: Visit, effect: CentralEffect): void {
    switch (effect.type) {
      case 'send':
        return visit.socket.send(effect.text);
      case 'close':
        return visit.socket.close();
      case 'setTimer':
        clearTimeout(visit.timers.get(effect.timer));
        visit.timers.set(
          effect.timer,
          setTimeout(() => this.#step(visit, { type: 'timer', timer: effect.timer }), effect.afterMs),
        );
        return;
      case 'clearTimer':
        return clearTimeout(visit.timers.get(effect.timer));
      case 'recordStatus':
        this.statuses.set(effect.device, effect.status);
        return;
      case 'greeted':
      case 'recordApplied':
      case 'report':
        return;
      default:
        visit.turn = visit.turn.then(async () => {
          const answer = await this.#answer(effect);
          this.#step(visit, answer);
          if (answer.type === 'appended') await this.#publish();
        });
    }
  }

  async #publish(): Promise<void> {
    const { position } = await this.log.head();
    for (const visit of this.#visits) this.#step(visit, { type: 'headMoved', position, inAudience: true });
  }

  async #answer(
    effect: Extract<
      CentralEffect,
      {
        type:
          | 'redeemTicket'
          | 'readGreeting'
          | 'append'
          | 'readForStore'
          | 'readDeviceHashes'
          | 'readUnknown'
          | 'mintDevice';
      }
    >,
  ): Promise<Untimed<CentralInput>> {
    const { log } = this;
    switch (effect.type) {
      case 'redeemTicket':
        return this.#tickets.delete(effect.hello.ticket)
          ? { type: 'ticketRedeemed', result: { kind: 'granted', device: effect.hello.device } }
          : {
              type: 'ticketRedeemed',
              result: { kind: 'refused', refusal: 'unauthorised', message: 'No such ticket.', retryAfterMs: null },
            };
      case 'readGreeting': {
        const record = await log.device(effect.device);
        const ticketRecord = await log.device(effect.ticketDevice);
        const head = await log.head();
        const hashAtCursor = effect.cursorPosition === null ? null : await log.hashAt(effect.cursorPosition);
        const points = await log.deviceHashesAt(effect.device, effect.seqs);
        const holes = await log.damagedHoles(effect.device, HOLES_NAMED_MAX);
        return { type: 'greetingRead', facts: { record, ticketRecord, head, hashAtCursor, points, holes } };
      }
      case 'append': {
        const [outcome] = await log.append([effect.submission], plan);
        if (outcome === undefined) throw new Error('A push had no outcome.');
        return { type: 'appended', outcome };
      }
      case 'readForStore':
        return { type: 'linesRead', read: await log.readForStore(effect.store, effect.after, effect.limit) };
      case 'readDeviceHashes': {
        const points = await log.deviceHashesAt(effect.device, effect.seqs);
        const [lost] = await log.damagedHoles(effect.device, 1);
        return { type: 'hashesRead', points, lostFrom: lost?.fromSeq ?? null };
      }
      case 'readUnknown':
        return { type: 'unknownRead', ids: await log.unknownOf(effect.ids) };
      case 'mintDevice': {
        this.#mintCount += 1;
        const device = `minted-${this.#mintCount}`;
        const record = { device, store: effect.store, label: device, parent: effect.parent, enrolledAtMs: Date.now() };
        await log.registerDevice({ ...record, kind: 'installation' });
        return { type: 'deviceMinted', device };
      }
    }
  }
}
