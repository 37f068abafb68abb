// A device for tests, made of the real wire and the real chain: enrols over HTTP, says hello over a WebSocket, pushes what it
// sells. Keeps its log in memory and never repairs anything; the real one is the device engine.
import { randomBytes } from 'node:crypto';
import type { Enrolment } from '@streamstock/api';
import {
  appendToDeviceChain,
  deviceChainStart,
  newEventId,
  sha256,
  type DeviceHead,
  type EventDraft,
} from '@streamstock/event-log';
import { count, receive, sell, type CommandContext, type Decision } from '@streamstock/inventory';
import { decodeFrame, encodeFrame, SUBPROTOCOL, type CentreMessage, type Outgoing } from '@streamstock/sync';
import { WebSocket } from 'ws';
import { program } from './test-server.ts';

/** Only ends a test that hangs: an answer comes in milliseconds on a machine that is not busy. */
const WAIT_MS = 20_000;

export class TestDevice {
  readonly identity: Enrolment;
  readonly #url: string;
  readonly #received: CentreMessage[] = [];
  #wake: () => void = () => {};
  #socket: WebSocket | undefined;
  #head: DeviceHead;
  #heard = { serverTimeMs: 0, atMs: 0 };

  constructor(url: string, identity: Enrolment) {
    this.identity = identity;
    this.#url = url;
    this.#head = { seq: 0, hash: deviceChainStart(sha256, identity.device), lastStamp: null };
  }

  async ticket(): Promise<string> {
    return (await program(this.#url, this.identity.credential).createTicket()).ticket;
  }

  /** Connects and says hello; resolves with the centre's first answer. */
  async connect(ticket?: string): Promise<CentreMessage> {
    const shown = ticket ?? (await this.ticket());
    const socket = new WebSocket(`${this.#url.replace('http', 'ws')}/sync`, SUBPROTOCOL);
    this.#socket = socket;
    this.#received.length = 0;
    socket.on('message', (data: Buffer) => {
      const frame = decodeFrame(data.toString('utf8'), 'centre');
      if (!frame.ok) throw new Error(`${frame.problem.detail}: ${data.toString().slice(0, 600)}`);
      this.#received.push(frame.message);
      this.#wake();
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    const { device, store } = this.identity;
    this.send({
      type: 'hello',
      protocol: 1,
      ticket: shown,
      device,
      store: store.id,
      cursor: null,
      head: { seq: this.#head.seq, hash: this.#head.hash },
      accepted: null,
      appVersion: '1.0.0',
      readModelVersion: '1',
      receive: true,
      deviceTimeMs: Date.now(),
    });
    const answer = await this.next(({ type }) => type === 'welcome' || type === 'refused' || type === 'newDevice');
    if (answer.type === 'welcome') this.#heard = { serverTimeMs: answer.serverTimeMs, atMs: Date.now() };
    return answer;
  }

  send(message: Outgoing, lines: readonly string[] = []): void {
    this.#socket?.send(encodeFrame(message, lines));
  }

  sendRaw(text: string): void {
    this.#socket?.send(text);
  }

  sells(item: string, quantity: number): Promise<CentreMessage> {
    return this.does((context) => sell({ lines: [{ item, quantity, unitPrice: null }] }, context));
  }

  receives(item: string, quantity: number): Promise<CentreMessage> {
    return this.does((context) => receive({ lines: [{ item, quantity }] }, context));
  }

  counts(item: string, quantity: number): Promise<CentreMessage> {
    return this.does((context) =>
      count({ session: newEventId(Date.now(), randomBytes), lines: [{ item, quantity }] }, context),
    );
  }

  /** Decides, appends to its chain, pushes; resolves with the centre's answer to the push. */
  async does(command: (context: CommandContext) => Decision): Promise<CentreMessage> {
    const decision = command({
      store: this.identity.store.id,
      actor: 'ana',
      newId: () => newEventId(Date.now(), randomBytes),
      device: this.identity.device,
    });
    if (!decision.ok) throw new Error(decision.refusal.message);
    return await this.push(decision.drafts);
  }

  async push(drafts: readonly EventDraft[]): Promise<CentreMessage> {
    const before = this.#head;
    const sentAtMs = Date.now();
    const { head, appended } = appendToDeviceChain(sha256, this.identity.device, before, drafts, {
      nowMs: sentAtMs,
      uncertaintyMs: 0,
    });
    this.#head = head;
    this.#received.length = 0;
    const { serverTimeMs, atMs } = this.#heard;
    const clock = { sentAtMs, steadySinceMs: null, heard: { serverTimeMs, agoMs: sentAtMs - atMs } };
    const lines = appended.map(({ line }) => line);
    const { seq, hash: hashBefore } = before;
    this.send({ type: 'push', firstSeq: seq + 1, hashBefore, hashAfter: head.hash, alone: false, clock }, lines);
    return await this.next(({ type }) => type !== 'events' && type !== 'pong');
  }

  status(unsent: number, oldestUnsentAgeMs: number | null): void {
    this.send({
      type: 'status',
      unsent,
      oldestUnsentAgeMs,
      lastWriteAtMs: Date.now(),
      needsAttention: 0,
      storage: { usedBytes: 1, quotaBytes: 2, persisted: true },
      clockOffsetMs: 0,
      unsentFault: false,
      appVersion: '1.0.0',
    });
  }

  /** The next message of this kind, also one that has come already. */
  async next(wanted: (message: CentreMessage) => boolean): Promise<CentreMessage> {
    const deadlineMs = Date.now() + WAIT_MS;
    for (;;) {
      const found = this.#received.find(wanted);
      if (found !== undefined) return found;
      const leftMs = deadlineMs - Date.now();
      if (leftMs <= 0)
        throw new Error(`The centre did not answer; it said: ${this.#received.map(({ type }) => type).join(', ')}.`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Resolves with the socket's close code. */
  async closed(): Promise<number> {
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return 0;
    return await new Promise((resolve) => socket.once('close', resolve));
  }

  cut(): void {
    this.#socket?.terminate();
  }
}
