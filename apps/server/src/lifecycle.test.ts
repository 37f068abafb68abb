// Starting and stopping as an operator does it: a process of its own, signals, a crash, a second server, broken configuration.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockDataFolder } from './data-folder.ts';
import { TestDevice } from './testing/test-device.ts';
import { ADMIN, browser, program, setUp, startTestServer, STORE } from './testing/test-server.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

let home: string;
let children: Process[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'streamstock-life-'));
  children = [];
});
afterEach(async () => {
  for (const { child } of children) child.kill('SIGKILL');
  // While one of them still writes, its folder can not be removed.
  await Promise.all(children.map(async ({ ended }) => await ended));
  rmSync(home, { recursive: true, force: true });
});

interface Process {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<number | string | null>;
}

function serve(environment: Record<string, string> = {}): Process {
  const env = { ...process.env, INIT_CWD: home, STREAMSTOCK_DATA: 'data', PORT: '0', ...environment };
  const child = spawn(process.execPath, [MAIN, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.err += chunk.toString()));
  const ended = new Promise<number | string | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  const started: Process = { child, out: () => texts.out, err: () => texts.err, ended };
  children.push(started);
  return started;
}

async function listening(server: Process): Promise<string> {
  await expect.poll(server.out, { message: server.err() }).toMatch(/listens on http/);
  return /listens on (\S+)/.exec(server.out())?.[1] ?? '';
}

describe('serve', () => {
  test('says where it is, where the data lies and how to set it up; ends in order on SIGTERM', async () => {
    const server = serve();
    const url = await listening(server);
    expect(server.out()).toContain(join(home, 'data'));
    expect(server.out()).toContain(`${url}/admin/setup#token=ssu_`);
    expect(server.out()).toContain(`${url}/store/`);
    expect(server.err()).not.toContain('ssu_');
    expect(JSON.parse(readFileSync(join(home, 'data', 'lock.json'), 'utf8'))).toEqual({
      pid: server.child.pid,
      purpose: 'server',
      url,
    });
    for (const file of ['directory.sqlite', 'seal.key'])
      expect(statSync(join(home, 'data', file)).mode & 0o077).toBe(0);
    expect(statSync(join(home, 'data')).mode & 0o077).toBe(0);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    const again = serve();
    await listening(again);
    again.child.kill('SIGINT');
    expect(await again.ended).toBe(0);
  });

  test('a request that runs is finished, a new one is not taken', async () => {
    const server = serve();
    const url = await listening(server);
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    const body = JSON.stringify({ email: 'a@b.c', password: 'x' });
    socket.write(
      `POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
    );
    await expect.poll(async () => (await program(url).readiness()).status).toBe('ready');
    server.child.kill('SIGTERM');
    await expect
      .poll(
        async () =>
          await fetch(`${url}/healthz`).then(
            () => 'taken',
            () => 'refused',
          ),
      )
      .toBe('refused');
    socket.write(body.slice(5));
    await expect.poll(() => answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(await server.ended).toBe(0);
  });

  test('the lock dies with the process, however it dies; what was acknowledged is there', async () => {
    const server = serve();
    const url = await listening(server);
    const token = /token=(\S+)/.exec(server.out())?.[1] ?? '';
    const admin = browser(url);
    const { pairingCode, store } = await admin.client.setUp({ body: { token, admin: ADMIN, store: STORE } });
    const device = new TestDevice(
      url,
      await browser(url).client.enrol({ body: { code: pairingCode.code, label: 'till' } }),
    );
    await device.connect();
    expect(await device.sells('oat', 3)).toMatchObject({ type: 'accepted' });
    server.child.kill('SIGKILL');
    expect(await server.ended).toBe('SIGKILL');
    const again = serve();
    const back = browser(await listening(again));
    expect(again.out()).not.toContain('setup');
    await back.client.signIn({ body: { email: ADMIN.email, password: ADMIN.password } });
    await expect
      .poll(
        async () =>
          (await back.client.itemStory({ params: { store: store.id, item: 'oat' } }).catch(() => null))?.total,
      )
      .toBe(-3);
  });
});

describe('a second server on the same data folder', () => {
  test('is refused with who has it and what to do, and the first goes on', async () => {
    const first = await startTestServer();
    const second = serve({ STREAMSTOCK_DATA: first.dataFolder });
    expect(await second.ended).toBe(1);
    expect(second.err()).toContain(`Process ${process.pid} (server) serves ${first.dataFolder} at ${first.url}`);
    expect(second.err()).toContain(`--server ${first.url} --api-key KEY`);
    expect(second.err()).not.toMatch(/\n {4}at /);
    await expect(startTestServer({ dataFolder: first.dataFolder })).rejects.toThrow(/A server runs there/);
    expect(await program(first.url).health()).toMatchObject({ status: 'ok' });
    await first.stop();
  });

  test('a command that works there is named too, and the folder is free when it is done', () => {
    const folder = join(home, 'data');
    const mine = lockDataFolder(folder, 'import');
    const other = lockDataFolder(folder, 'server');
    expect(other).toEqual({ ok: false, holder: { pid: process.pid, purpose: 'import', url: null } });
    if (mine.ok) mine.lock.release();
    const free = lockDataFolder(folder, 'server');
    expect(free.ok).toBe(true);
    if (free.ok) free.lock.release();
  });
});

describe('what can not work is said at once, in words', () => {
  test('a broken configuration', async () => {
    const server = serve({ PORT: 'eighty' });
    expect(await server.ended).toBe(1);
    expect(server.err()).toBe(
      'The server can not start with this configuration: PORT must be a number from 0 to 65535.\n',
    );
  });

  test('a port that is taken; the data folder is free again afterwards', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const server = serve({ PORT: String(port) });
    expect(await server.ended).toBe(1);
    expect(server.err()).toMatch(new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is taken`));
    // Not on the port that is free now: by then it may be somebody else's.
    const again = serve();
    expect(await listening(again)).toMatch(/^http:/);
    other.close();
  });

  test('a data folder that is none', async () => {
    writeFileSync(join(home, 'data'), 'a file');
    const server = serve();
    expect(await server.ended).toBe(1);
    expect(server.err()).toMatch(
      /^The data folder .*data can not be used: .*set STREAMSTOCK_DATA to another folder\.\n$/,
    );
  });

  test('a damaged key file', async () => {
    const server = serve();
    await listening(server);
    server.child.kill('SIGTERM');
    await server.ended;
    writeFileSync(join(home, 'data', 'seal.key'), 'garbage');
    const again = serve();
    expect(await again.ended).toBe(1);
    expect(again.err()).toMatch(/seal\.key is not a seal key.*Put the original file back/s);
  });
});

test('stopping twice is stopping once, and nothing is left open', async () => {
  const server = await startTestServer();
  await setUp(server);
  await Promise.all([server.server.stop(), server.server.stop()]);
  const again = await startTestServer({ dataFolder: server.dataFolder });
  expect(await program(again.url).setupState()).toEqual({ needed: false });
  await again.stop();
});
