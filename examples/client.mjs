#!/usr/bin/env node
// A device written by an outsider: speaks docs/protocol.md with nothing of StreamStock imported. Node 22 or newer.
// Everything it must not forget is in one file of JSON lines, written before anything is called done.
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const HELP = `A small device: writes events from standard input, prints those of others.

  node client.mjs enrol --server URL --code ABCD-EFGH --file my-log.jsonl [--label NAME]
  node client.mjs run --file my-log.jsonl [--follow]

"run" reads one event a line from standard input, {"type":"StockSold","payload":{…}}, saves it to the file, sends it, and
prints what it hears, one JSON object a line. It ends when its input has ended, everything is sent and it has caught up;
with --follow it goes on listening. Killed at any moment, it goes on where the file ends.`;

const [text, flag] = [{ type: 'string' }, { type: 'boolean' }];
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { server: text, code: text, file: text, label: text, follow: flag, help: flag },
});
const deviceFile = String(options.file ?? '');
const say = (value) => console.log(JSON.stringify(value));
const fail = (words) => (console.error(words), process.exit(1));
const sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');
const chainStart = (device) => sha256(`streamstock.v1\ndevice\n${device}`);

// ── the log file ─────────────────────────────────────────────────────────────────────────────────────────────────────
const log = { identity: null, own: [], accepted: null, cursor: null, lastStamp: 0 };
const hashAt = (seq) => (seq === 0 ? chainStart(log.identity.device) : log.own[seq - 1]?.hash);

function take(record) {
  if (record.identity) log.identity = record.identity;
  if (record.own) {
    const event = JSON.parse(record.own);
    log.lastStamp = event.recordedAt;
    log.own.push({ id: event.id, line: record.own, hash: sha256(`${hashAt(log.own.length)}\n${record.own}`) });
  }
  if (record.accepted !== undefined) log.accepted = record.accepted;
  if (record.cursor !== undefined) log.cursor = record.cursor;
}

/** On disk when it returns. A line that a crash cut short was never promised to anyone. */
function save(record) {
  const file = openSync(deviceFile, 'a', 0o600);
  writeSync(file, `\n${JSON.stringify(record)}`);
  fsyncSync(file);
  closeSync(file);
  take(record);
}

function load() {
  if (!existsSync(deviceFile)) fail(`There is no ${deviceFile}: enrol first.`);
  for (const line of readFileSync(deviceFile, 'utf8').split('\n').filter(Boolean)) {
    try {
      take(JSON.parse(line));
    } catch {
      console.error('A record was cut short by a crash; it had not been acknowledged.');
    }
  }
}

function saveEvent({ type, schemaVersion = 1, payload, actor = 'outsider' }) {
  const nowMs = Date.now();
  const stamp = Math.max(nowMs * 2048, log.lastStamp + 1);
  const hex = nowMs.toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  const variant = ((parseInt(hex[16], 16) & 3) | 8).toString(16);
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  const when = { occurredAt: stamp, recordedAt: stamp, deviceTimeMs: nowMs, clockUncertaintyMs: null };
  const { store } = log.identity;
  save({ own: JSON.stringify({ id, type, schemaVersion, store, audience: [], ...when, actor, payload }) });
  say({ saved: id, seq: log.own.length });
}

// ── one connection ───────────────────────────────────────────────────────────────────────────────────────────────────
async function post(path, body, credential) {
  const headers = { 'content-type': 'application/json', ...(credential && { authorization: `Bearer ${credential}` }) };
  const answer = await fetch(`${options.server ?? log.identity.server}/api/v1${path}`, {
    method: 'POST',
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
  return await answer.json();
}

let inputEnded = false;
let connection = null;
const moreToSend = () => connection?.goOn();

/** One WebSocket: every message of the centre has a method of its name. `leave` ends it, and says how long to wait. */
class Connection {
  sent = 0;
  unanswered = 0;
  pushMax = 500;

  constructor(ticket, leave) {
    const { server, device, store } = log.identity;
    this.leave = leave;
    this.socket = new WebSocket(`${server.replace('http', 'ws')}/sync`, 'streamstock.v1');
    const head = { seq: log.own.length, hash: hashAt(log.own.length) };
    const tokens = { ticket, device, store, cursor: log.cursor, head, accepted: log.accepted, receive: true };
    const versions = { protocol: 1, appVersion: 'example', readModelVersion: 'none', deviceTimeMs: Date.now() };
    this.socket.onopen = () => this.send({ type: 'hello', ...tokens, ...versions });
    this.socket.onmessage = ({ data }) => this.take(...data.split('\n'));
    this.socket.onclose = () => leave(null);
  }

  send(header, lines = []) {
    this.socket.send([JSON.stringify({ ...header, lines: lines.length }), ...lines].join('\n'));
  }

  take(header, ...lines) {
    const message = JSON.parse(header);
    if ('serverTimeMs' in message) this.heard = { serverTimeMs: message.serverTimeMs, atMs: performance.now() };
    // Messages of later versions are no business of ours.
    if (MESSAGES.has(message.type)) this[message.type](message, lines);
    this.goOn();
  }

  /** Sends what is unsent; when nothing is, sees whether all is done. */
  goOn() {
    if (!this.limits || this.socket.readyState !== WebSocket.OPEN) return;
    while (this.unanswered < this.limits.pushesInFlightMax && this.sent < log.own.length) this.push();
    if (log.accepted?.seq !== log.own.length) return;
    if (this.restriction?.kind === 'revoked') fail(this.restriction.message);
    if (this.restriction && !this.offered) this.offerNothing();
    const isCaughtUp = !this.restriction && (log.cursor?.position ?? 0) >= this.headPosition;
    if (inputEnded && !options.follow && isCaughtUp) this.leave('done');
  }

  push() {
    const lines = [];
    let bytes = 0;
    for (const { line } of log.own.slice(this.sent, this.sent + this.pushMax)) {
      bytes += Buffer.byteLength(line) + 1;
      if (bytes > this.limits.pushBytesMax && lines.length > 0) break;
      lines.push(line);
    }
    const [firstSeq, lastSeq] = [this.sent + 1, this.sent + lines.length];
    const hashes = { hashBefore: hashAt(this.sent), hashAfter: hashAt(lastSeq) };
    this.send({ type: 'push', firstSeq, ...hashes, alone: this.pushMax === 1, clock: this.clock() }, lines);
    this.sent = lastSeq;
    this.unanswered += 1;
  }

  clock() {
    const { serverTimeMs, atMs } = this.heard;
    const heard = { serverTimeMs, agoMs: Math.round(performance.now() - atMs) };
    return { sentAtMs: Date.now(), steadySinceMs: null, heard };
  }

  /** Twice a minute. Whoever hears nothing in between is not connected any more. */
  beat() {
    if (performance.now() - this.heard.atMs > 40_000) return this.socket.close();
    const unsent = log.own.length - (log.accepted?.seq ?? 0);
    const unknown = { oldestUnsentAgeMs: null, lastWriteAtMs: null, storage: null, clockOffsetMs: null };
    this.send({ type: 'status', unsent, ...unknown, needsAttention: 0, unsentFault: false, appVersion: 'example' });
    this.send({ type: 'ping', clock: this.clock() });
  }

  /** A new history of the centre: besides its own log it has nothing to hand back. */
  offerNothing() {
    this.offered = true;
    this.send({ type: 'offer', round: 1, ids: [], last: true });
  }

  keep(mark) {
    if (mark.epoch !== this.epoch) this.socket.close();
    else if (mark.hash === hashAt(mark.seq)) save({ accepted: mark });
  }

  welcome({ epoch, accepted, limits, headPosition, restriction }) {
    Object.assign(this, { epoch, limits, headPosition, restriction, sent: accepted.seq });
    this.keep(accepted);
    this.timer = setInterval(() => this.beat(), 30_000);
    this.beat();
  }

  accepted({ mark }) {
    this.unanswered = mark.seq === this.sent ? 0 : Math.max(0, this.unanswered - 1);
    this.keep(mark);
    say({ accepted: mark.seq });
  }

  resend({ mark }) {
    Object.assign(this, { sent: mark.seq, unanswered: 0 });
  }

  damage({ mark, seq, alone }) {
    if (alone) fail(`Event ${seq} of ${deviceFile} is damaged: a person must look at it.`);
    Object.assign(this, { sent: mark.seq, unanswered: 0, pushMax: 1 });
  }

  events({ from, to, positions, headPosition }, lines) {
    this.headPosition = headPosition;
    if (to.epoch === log.cursor?.epoch && to.position <= log.cursor.position) return;
    if ((from?.hash ?? null) !== (log.cursor?.hash ?? null)) return this.socket.close();
    for (const [index, line] of lines.entries()) say({ position: positions[index], event: JSON.parse(line) });
    save({ cursor: to });
    this.send({ type: 'applied', cursor: to });
  }

  /** The answer to the offer: from here on all is heard anew. */
  want() {
    save({ cursor: null });
    this.leave(0);
  }

  forked() {
    fail('This log was copied: two devices use one identity. Enrol this one again, with a new file.');
  }

  refused({ recovery, message, retryAfterMs }) {
    if (!['retry', 'new-ticket'].includes(recovery)) fail(`${message} (${recovery})`);
    console.error(message);
    this.leave(retryAfterMs);
  }
}
const MESSAGES = new Set(['welcome', 'accepted', 'resend', 'damage', 'events', 'want', 'forked', 'refused']);

/** Resolves with "done", or with how long to wait before the next connection; null: as long as usual. */
async function connectOnce() {
  const { ticket } = await post('/tickets', null, log.identity.credential);
  const { promise, resolve } = Promise.withResolvers();
  connection = new Connection(ticket, resolve);
  const result = await promise;
  clearInterval(connection.timer);
  connection.socket.close();
  connection = null;
  return result;
}

// ── the two commands ─────────────────────────────────────────────────────────────────────────────────────────────────
async function run() {
  load();
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => {
    if (line.trim() !== '') saveEvent(JSON.parse(line));
    moreToSend();
  });
  input.on('close', () => {
    inputEnded = true;
    moreToSend();
  });
  for (let attempt = 0; ; attempt += 1) {
    const result = await connectOnce().catch((error) => (console.error(error.message), null));
    if (result === 'done') return;
    const backOffMs = Math.min(30_000, 500 * 2 ** attempt);
    const waitMs = result ?? backOffMs / 2 + (Math.random() * backOffMs) / 2;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

if (options.help || !['enrol', 'run'].includes(positionals[0]) || deviceFile === '') {
  console.log(HELP);
} else if (positionals[0] === 'enrol') {
  if (existsSync(deviceFile)) fail(`${deviceFile} is a device already.`);
  const { server, code, label = 'outsider' } = options;
  const { device, store, credential } = await post('/enrolments', { code, label });
  save({ identity: { server, device, store: store.id, credential } });
  say({ device });
} else {
  await run();
  process.exit(0);
}
