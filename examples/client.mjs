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
const COPIED = 'This log was copied: two devices use one identity. Enrol this one again, with a new file.';
const say = (value) => console.log(JSON.stringify(value));
const fail = (words) => (console.error(words), process.exit(1));
const sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');
const chainStart = (device) => sha256(`streamstock.v1\ndevice\n${device}`);

// ── the log file ─────────────────────────────────────────────────────────────────────────────────────────────────────
const log = { identity: null, own: [], heard: new Map(), accepted: null, cursor: null, lastStamp: 0 };
const hashAt = (seq) => (seq === 0 ? chainStart(log.identity.device) : log.own[seq - 1]?.hash);

function take(record) {
  if (record.identity) log.identity = record.identity;
  if (record.own) {
    const event = JSON.parse(record.own);
    log.lastStamp = event.recordedAt;
    log.own.push({ id: event.id, line: record.own, hash: sha256(`${hashAt(log.own.length)}\n${record.own}`) });
  }
  for (const line of record.heard ?? []) log.heard.set(JSON.parse(line).id, line);
  if (record.accepted !== undefined) log.accepted = record.accepted;
  if (record.cursor !== undefined) log.cursor = record.cursor;
}

/** On disk when it returns. A line that a crash cut short was never promised to anyone. */
function save(record) {
  const file = openSync(options.file, 'a', 0o600);
  writeSync(file, `\n${JSON.stringify(record)}`);
  fsyncSync(file);
  closeSync(file);
  take(record);
}

function load() {
  if (!existsSync(options.file)) fail(`There is no ${options.file}: enrol first.`);
  for (const line of readFileSync(options.file, 'utf8').split('\n').filter(Boolean)) {
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
let wake = () => {};

/** Resolves with "done", or with how long to wait before the next connection. */
async function connectOnce() {
  const { server, device, store, credential } = log.identity;
  const { ticket } = await post('/tickets', null, credential);
  const socket = new WebSocket(`${server.replace('http', 'ws')}/sync`, 'streamstock.v1');
  let [limits, sent, inFlight, pushMax, headPosition, heard] = [null, 0, 0, 500, null, null];
  let [held, round] = [null, 0];
  let timer;
  const send = (header, lines = []) =>
    socket.send([JSON.stringify({ ...header, lines: lines.length }), ...lines].join('\n'));
  const clock = () => ({
    sentAtMs: Date.now(),
    steadySinceMs: null,
    heard: { serverTimeMs: heard.serverTimeMs, agoMs: Math.round(performance.now() - heard.atMs) },
  });
  const beat = () => {
    const unsent = log.own.length - (log.accepted?.seq ?? 0);
    const report = { unsent, oldestUnsentAgeMs: null, lastWriteAtMs: null, needsAttention: 0, unsentFault: false };
    send({ type: 'status', ...report, storage: null, clockOffsetMs: null, appVersion: 'example' });
    send({ type: 'ping', clock: clock() });
  };
  const offer = () => {
    round += 1;
    send({ type: 'offer', round, ids: held.slice(0, 500), last: held.length <= 500 });
  };
  const push = () => {
    while (limits && inFlight < limits.pushesInFlightMax && sent < log.own.length) {
      const lines = [];
      let bytes = 0;
      for (const { line } of log.own.slice(sent, sent + Math.min(pushMax, limits.pushEventsMax))) {
        bytes += Buffer.byteLength(line) + 1;
        if (bytes > limits.pushBytesMax && lines.length > 0) break;
        lines.push(line);
      }
      const [hashBefore, hashAfter] = [hashAt(sent), hashAt(sent + lines.length)];
      send({ type: 'push', firstSeq: sent + 1, hashBefore, hashAfter, alone: pushMax === 1, clock: clock() }, lines);
      sent += lines.length;
      inFlight += 1;
    }
  };
  const accept = (mark) => {
    if (mark.hash === hashAt(mark.seq)) save({ accepted: mark });
  };
  const isDone = () =>
    inputEnded &&
    !options.follow &&
    !held &&
    headPosition !== null &&
    log.accepted?.seq === log.own.length &&
    (log.cursor?.position ?? 0) >= headPosition;
  return await new Promise((resolve, reject) => {
    const leave = (result) => {
      clearInterval(timer);
      wake = () => {};
      socket.close();
      resolve(result);
    };
    wake = () => (isDone() ? leave('done') : push());
    const handlers = {
      welcome(message) {
        heard = { serverTimeMs: message.serverTimeMs, atMs: performance.now() };
        ({ limits, headPosition } = message);
        accept(message.accepted);
        sent = message.accepted.seq;
        timer = setInterval(beat, 30_000);
        beat();
        if (message.restriction === null) return;
        if (message.restriction.kind === 'revoked') fail(message.restriction.message);
        // A new history of the centre: hand back what we hold, then hear everything from the beginning.
        held = [...new Set([...log.own.map(({ id }) => id), ...log.heard.keys()])].sort();
      },
      accepted({ mark }) {
        inFlight = 0 < inFlight ? inFlight - 1 : 0;
        accept(mark);
        say({ accepted: mark.seq });
        if (sent === mark.seq) inFlight = 0;
      },
      resend({ mark }) {
        [sent, inFlight] = [mark.seq, 0];
      },
      damage({ mark, seq, alone }) {
        if (alone) fail(`Event ${seq} of ${options.file} is damaged: a person must look at it.`);
        [sent, inFlight, pushMax] = [mark.seq, 0, 1];
      },
      events({ from, to, positions, headPosition: head }, lines) {
        headPosition = head;
        if ((from?.position ?? 0) !== (log.cursor?.position ?? 0)) return leave(0);
        // One record: the events and the cursor behind them, or neither.
        const fresh = lines.filter((line) => !log.heard.has(JSON.parse(line).id));
        save({ heard: fresh, cursor: to });
        for (const line of fresh) say({ position: positions[lines.indexOf(line)], event: JSON.parse(line) });
        send({ type: 'applied', cursor: to });
      },
      want({ round, ids }) {
        const lineOf = new Map([...log.heard, ...log.own.map(({ id, line }) => [id, line])]);
        send(
          { type: 'resupply', round },
          ids.map((id) => lineOf.get(id)),
        );
      },
      resupplied() {
        held = held.slice(500);
        if (held.length > 0) return offer();
        save({ cursor: null });
        leave(0);
      },
      forked: () => fail(COPIED),
      newDevice: () => fail(COPIED),
      refused: ({ recovery, message, retryAfterMs }) =>
        ['retry', 'new-ticket'].includes(recovery)
          ? (console.error(message), leave(retryAfterMs))
          : fail(`${message} (${recovery})`),
    };
    socket.onopen = () =>
      send({
        type: 'hello',
        protocol: 1,
        ticket,
        device,
        store,
        receive: true,
        cursor: log.cursor,
        head: { seq: log.own.length, hash: hashAt(log.own.length) },
        accepted: log.accepted,
        appVersion: 'example',
        readModelVersion: 'none',
        deviceTimeMs: Date.now(),
      });
    socket.onmessage = ({ data }) => {
      const [header, ...lines] = data.split('\n');
      const message = JSON.parse(header);
      handlers[message.type]?.(message, lines);
      if (held && round === 0 && log.accepted?.seq === log.own.length) offer();
      wake();
    };
    socket.onclose = () => leave(null);
    socket.onerror = () => reject(new Error('The connection broke.'));
  });
}

// ── the two commands ─────────────────────────────────────────────────────────────────────────────────────────────────
async function run() {
  load();
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => line.trim() && (saveEvent(JSON.parse(line)), wake()));
  input.on('close', () => ((inputEnded = true), wake()));
  for (let attempt = 0; ; attempt += 1) {
    const result = await connectOnce().catch((error) => (console.error(error.message), null));
    if (result === 'done') return;
    const backOffMs = Math.min(30_000, 500 * 2 ** attempt);
    const waitMs = result ?? backOffMs / 2 + (Math.random() * backOffMs) / 2;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

if (options.help || !['enrol', 'run'].includes(positionals[0]) || !options.file) {
  console.log(HELP);
} else if (positionals[0] === 'enrol') {
  if (existsSync(options.file)) fail(`${options.file} is a device already.`);
  const { server, code, label = 'outsider' } = options;
  const { device, store, credential } = await post('/enrolments', { code, label });
  save({ identity: { server, device, store: store.id, credential } });
  say({ device });
} else {
  await run();
  process.exit(0);
}
