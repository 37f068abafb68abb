#!/usr/bin/env node
// A device by an outsider: speaks docs/protocol.md with nothing of StreamStock imported. Node 22 or newer.
// Its memory is one file of JSON lines: its own events, and the centre's last words. It is on disk before anything is called done.
import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const HELP = `A small device: writes events from standard input, prints those of others.

  node client.mjs enrol --server URL --code ABCD-EFGH --file my-log.jsonl [--label NAME]
  node client.mjs run --file my-log.jsonl [--follow]

"run" reads one event a line, {"type":"StockSold","payload":{…}}, saves it to the file, sends it, and prints what it hears,
one JSON object a line. It ends when its input has ended, everything is sent and it has caught up; with --follow it goes on
listening. Killed at any moment, it goes on where the file ends.`;

const [text, flag] = [{ type: 'string' }, { type: 'boolean' }];
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { server: text, code: text, file: text, label: text, follow: flag, help: flag },
});
const deviceFile = String(options.file ?? '');
const say = (value) => console.log(JSON.stringify(value));
const fail = (words) => (console.error(words), process.exit(1));
const sha256 = (words) => createHash('sha256').update(words, 'utf8').digest('hex');

// ── the log: hashes[seq] is the chain hash at that seq ───────────────────────────────────────────────────────────────
const log = { lines: [], hashes: [], accepted: null, cursor: null };

function take({ line, ...words }) {
  Object.assign(log, words);
  if (words.device) log.hashes = [sha256(`streamstock.v1\ndevice\n${words.device}`)];
  if (line) log.hashes.push(sha256(`${log.hashes.at(-1)}\n${line}`));
  if (line) log.lines.push(line);
}

function save(record) {
  appendFileSync(deviceFile, `\n${JSON.stringify(record)}`, { mode: 0o600, flush: true });
  take(record);
}

function load() {
  if (!existsSync(deviceFile)) fail(`There is no ${deviceFile}: enrol first.`);
  for (const record of readFileSync(deviceFile, 'utf8').split('\n').filter(Boolean)) {
    try {
      take(JSON.parse(record));
    } catch {
      console.error('A record was cut short by a crash; nobody had been told of it.');
    }
  }
}

function saveEvent({ type, schemaVersion = 1, payload, actor = 'outsider' }) {
  if (!/^[A-Z][A-Za-z]{2,63}$/.test(type) || typeof payload !== 'object') fail('That is no event. It was not saved.');
  const deviceTimeMs = Date.now();
  const time = deviceTimeMs.toString(16).padStart(12, '0');
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
  const recordedAt = Math.max(deviceTimeMs * 2048, JSON.parse(log.lines.at(-1) ?? '{"recordedAt":0}').recordedAt + 1);
  const when = { occurredAt: recordedAt, recordedAt, deviceTimeMs, clockUncertaintyMs: null };
  const line = JSON.stringify({ id, type, schemaVersion, store: log.store, audience: [], ...when, actor, payload });
  if (Buffer.byteLength(line) > 131_072) fail('That event is too large. It was not saved.');
  save({ line });
  say({ saved: id, seq: log.lines.length });
}

// ── one connection ───────────────────────────────────────────────────────────────────────────────────────────────────
async function post(server, path, body, headers) {
  const answer = await fetch(new URL(`/api/v1/${path}`, server), { method: 'POST', body, headers });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

/** What a person must look at. */
const HOPELESS = {
  damage: `An event of ${deviceFile} is damaged.`,
  forked: 'This log was copied: two devices use one identity. Enrol this one again, with a new file.',
  newDevice: 'The centre does not know this identity any more. Enrol again, with a new file.',
};

/** Each message of the centre that such a client meets is handled by the method of its name. */
class Connection {
  /** Resolves with "done", or with how long to wait before the next connection; null: as long as usual. */
  ended = new Promise((resolve) => (this.leave = resolve));
  socket = new WebSocket(new URL('/sync', log.server.replace('http', 'ws')), 'streamstock.v1');
  timer = setInterval(() => this.beat(), 30_000);

  constructor(ticket) {
    const { device, store, cursor, accepted, lines } = log;
    const head = { seq: lines.length, hash: log.hashes.at(-1) };
    const tokens = { ticket, device, store, cursor, accepted, head, receive: true };
    const versions = { protocol: 1, appVersion: 'example', readModelVersion: 'none', deviceTimeMs: Date.now() };
    this.socket.onopen = () => this.send({ type: 'hello', ...tokens, ...versions });
    this.socket.onmessage = ({ data }) => this.hear(...data.split('\n'));
    this.socket.onclose = () => this.leave(null);
  }

  send(header, lines = []) {
    this.socket.send([JSON.stringify({ ...header, lines: lines.length }), ...lines].join('\n'));
  }

  hear(header, ...lines) {
    const message = JSON.parse(header);
    if ('serverTimeMs' in message) this.heard = { serverTimeMs: message.serverTimeMs, atMs: performance.now() };
    this.isAlive = true;
    if (message.type in HOPELESS) fail(HOPELESS[message.type]);
    if (['welcome', 'accepted', 'events', 'refused'].includes(message.type)) this[message.type](message, lines);
    else if (message.type !== 'pong') this.leave(null);
    this.goOn();
  }

  /** Sends what is unsent, one event a push; where nothing is, sees what remains to be done. */
  goOn() {
    if (this.limits === undefined) return;
    while (this.sent < log.lines.length && this.sent - this.held < this.limits.pushesInFlightMax) this.push();
    if (log.accepted?.seq !== log.lines.length) return;
    if (this.restriction?.kind === 'revoked') fail(this.restriction.message);
    if (this.restriction) {
      // Another history of the centre. Its own log is there again; the others' events are heard anew, from the first.
      save({ cursor: null });
      this.leave(0);
    } else if (inputEnded && !options.follow && (log.cursor?.position ?? 0) >= this.headPosition) this.leave('done');
  }

  push() {
    const [hashBefore, hashAfter] = [log.hashes[this.sent], log.hashes[this.sent + 1]];
    const line = log.lines[this.sent];
    this.sent += 1;
    this.send({ type: 'push', firstSeq: this.sent, hashBefore, hashAfter, alone: false, clock: this.clock() }, [line]);
  }

  clock() {
    const { serverTimeMs, atMs } = this.heard;
    const heard = { serverTimeMs, agoMs: Math.round(performance.now() - atMs) };
    return { sentAtMs: Date.now(), steadySinceMs: null, heard };
  }

  beat() {
    if (!this.isAlive) return this.leave(null);
    this.isAlive = false;
    const unknown = { oldestUnsentAgeMs: null, lastWriteAtMs: null, storage: null, clockOffsetMs: null };
    const status = { unsent: log.lines.length - this.held, needsAttention: 0, unsentFault: false, ...unknown };
    this.send({ type: 'status', ...status, appVersion: 'example' });
    this.send({ type: 'ping', clock: this.clock() });
  }

  welcome({ accepted, epoch, limits, headPosition, restriction }) {
    Object.assign(this, { epoch, limits, headPosition, restriction, sent: accepted.seq });
    this.keep(accepted);
    this.beat();
  }

  accepted({ mark }) {
    this.keep(mark);
    say({ accepted: mark.seq });
  }

  /** Only a mark of this history, and of this very log. */
  keep(mark) {
    if (mark.epoch !== this.epoch) return this.leave(null);
    this.held = mark.seq;
    if (mark.hash === log.hashes[mark.seq]) save({ accepted: mark });
  }

  events({ from, to, positions, headPosition }, lines) {
    this.headPosition = headPosition;
    if (to.epoch === log.cursor?.epoch && to.position <= log.cursor.position) return;
    if (from?.hash !== log.cursor?.hash) return this.leave(null);
    for (const [index, line] of lines.entries()) {
      const position = positions[index];
      // Lines from before `from` were printed when they were news.
      if (position > (from?.position ?? 0)) say({ position, event: JSON.parse(line) });
    }
    save({ cursor: to });
    this.send({ type: 'applied', cursor: to });
  }

  refused({ recovery, message, retryAfterMs }) {
    if (!['retry', 'new-ticket'].includes(recovery)) fail(`${message} (${recovery})`);
    console.error(message);
    this.leave(retryAfterMs);
  }
}

// ── the two commands ─────────────────────────────────────────────────────────────────────────────────────────────────
let inputEnded = false;
let connection = null;

async function visit() {
  const { ticket } = await post(log.server, 'tickets', null, { authorization: `Bearer ${log.credential}` });
  connection = new Connection(ticket);
  const result = await connection.ended;
  clearInterval(connection.timer);
  connection.socket.close();
  connection = null;
  return result;
}

async function run() {
  load();
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => (saveEvent(JSON.parse(line)), connection?.goOn()));
  input.on('close', () => ((inputEnded = true), connection?.goOn()));
  for (let waitMs = 500; ; waitMs = Math.min(30_000, 2 * waitMs)) {
    const startMs = performance.now();
    const result = await visit().catch((error) => (console.error(error.message), null));
    if (result === 'done') return;
    if (performance.now() - startMs > 10_000) waitMs = 500;
    await pause(result ?? (waitMs * (1 + Math.random())) / 2);
  }
}

async function enrol({ server, code, label = 'outsider' }) {
  if (existsSync(deviceFile)) fail(`${deviceFile} is a device already.`);
  const json = { 'content-type': 'application/json' };
  const { device, store, credential } = await post(server, 'enrolments', JSON.stringify({ code, label }), json);
  save({ server, device, store: store.id, credential });
  say({ device });
}

process.on('uncaughtException', (error) => fail(error.message));
const command = { enrol, run }[positionals[0]];
if (options.help || command === undefined || deviceFile === '') console.log(HELP);
else await command(options);
process.exit(0);
