// The outsider's client of examples/, run as its reader runs it, against a real server: what docs/protocol.md says is enough.
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestDevice } from './testing/test-device.ts';
import { program, setUp, startTestServer, type TestServer } from './testing/test-server.ts';

const CLIENT = fileURLToPath(new URL('../../../examples/client.mjs', import.meta.url));

let server: TestServer;
let admin: Awaited<ReturnType<typeof setUp>>;
let folder: string;
let children: Run[];
beforeEach(async () => {
  server = await startTestServer();
  admin = await setUp(server);
  folder = mkdtempSync(join(tmpdir(), 'streamstock-example-'));
  children = [];
});
afterEach(async () => {
  for (const { child } of children) child.kill('SIGKILL');
  await Promise.all(children.map(async ({ ended }) => await ended));
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  /** Objects printed so far. */
  readonly printed: () => Record<string, unknown>[];
  readonly errors: () => string;
  readonly ended: Promise<number | string | null>;
}

function client(...args: string[]): Run {
  const child = spawn(process.execPath, [CLIENT, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const run: Run = {
    child,
    printed: () =>
      out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    errors: () => err,
    ended: new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal))),
  };
  children.push(run);
  return run;
}

async function endsWell(run: Run): Promise<void> {
  const code = await run.ended;
  expect({ code, errors: code === 0 ? '' : run.errors() }).toEqual({ code: 0, errors: '' });
}

async function enrol(file: string): Promise<void> {
  const { code } = await admin.client.createPairingCode({ params: { store: admin.store.id } });
  const enrolling = client('enrol', '--server', server.url, '--code', code, '--file', file, '--label', 'outsider');
  expect({ code: await enrolling.ended, errors: enrolling.errors() }).toMatchObject({ code: 0 });
}

function sale(item: string, quantity: number, document: string): string {
  return `${JSON.stringify({ type: 'StockSold', payload: { document, lines: [{ item, quantity, unitPrice: null }] } })}\n`;
}

const receipts = (run: Run) =>
  run.printed().filter(({ event }) => (event as { type?: string } | undefined)?.type === 'StockReceived');

test('enrols, sends what it is given, hears the others, and ends when all is done', { timeout: 120_000 }, async () => {
  const file = join(folder, 'log.jsonl');
  await enrol(file);
  const { code } = await admin.client.createPairingCode({ params: { store: admin.store.id } });
  const other = new TestDevice(server.url, await program(server.url).enrol({ body: { code, label: 'till' } }));
  await other.connect();
  await other.receives('i1', 20);
  const running = client('run', '--file', file);
  running.child.stdin?.end(sale('i1', 3, 'd1') + sale('i1', 2, 'd2'));
  expect({ code: await running.ended, errors: running.errors() }).toMatchObject({ code: 0 });
  expect(running.printed().filter(({ saved }) => saved !== undefined)).toHaveLength(2);
  expect(running.printed()).toContainEqual({ accepted: 2 });
  expect(receipts(running)).toHaveLength(1);
  await server.server.centre.inReadModels();
  expect((await admin.client.stock()).onHand).toEqual([[15]]);
  expect(await admin.client.verify()).toMatchObject({ intact: true });
  other.cut();
});

test(
  'killed in the middle it goes on where its file ends: nothing twice, nothing lost',
  { timeout: 120_000 },
  async () => {
    const file = join(folder, 'log.jsonl');
    await enrol(file);
    const first = client('run', '--file', file, '--follow');
    first.child.stdin?.write(sale('i1', 1, 'd1') + sale('i1', 1, 'd2'));
    await expect.poll(() => first.printed().some(({ accepted }) => accepted === 2)).toBe(true);
    first.child.stdin?.write(sale('i1', 1, 'd3'));
    await expect.poll(() => first.printed().filter(({ saved }) => saved !== undefined).length).toBe(3);
    first.child.kill('SIGKILL');
    await first.ended;
    // The last write of a power cut: half a record.
    appendFileSync(file, '\n{"own":"{\\"id\\":');
    const second = client('run', '--file', file);
    second.child.stdin?.end(sale('i1', 1, 'd4'));
    expect({ code: await second.ended, errors: second.errors() }).toMatchObject({ code: 0 });
    await server.server.centre.inReadModels();
    expect((await admin.client.stock()).onHand).toEqual([[-4]]);
    const third = client('run', '--file', file);
    third.child.stdin?.end();
    expect({ code: await third.ended, errors: third.errors() }).toMatchObject({ code: 0 });
    // What was heard before is not fetched again, and everything was heard, its own sales too.
    const heard = [first, second, third].flatMap((run) => run.printed()).flatMap(({ event }) => event ?? []);
    const sales = heard.filter((event) => (event as { type: string }).type === 'StockSold');
    expect(new Set(sales.map((event) => (event as { id: string }).id)).size).toBe(4);
    expect(third.printed().length).toBeLessThan(4);
  },
);

test('sends again what it made when an old copy of the data is put back', { timeout: 120_000 }, async () => {
  const file = join(folder, 'log.jsonl');
  const backup = join(folder, 'backup');
  await enrol(file);
  const run = async (...documents: string[]): Promise<Run> => {
    const running = client('run', '--file', file);
    running.child.stdin?.end(documents.map((document) => sale('i1', 1, document)).join(''));
    await endsWell(running);
    return running;
  };
  const restart = async (whileDown: () => void): Promise<void> => {
    await server.server.stop();
    whileDown();
    const config = { port: Number(new URL(server.url).port) };
    const again = await startTestServer({ dataFolder: server.dataFolder, config });
    const first = server;
    server = { ...again, stop: async () => await again.stop().then(first.stop) };
  };
  await run('d1');
  await restart(() => cpSync(server.dataFolder, backup, { recursive: true }));
  await run('d2', 'd3');
  await run();
  await restart(() => {
    for (const end of ['', '-wal', '-shm']) rmSync(join(server.dataFolder, `log.sqlite${end}`), { force: true });
    cpSync(join(backup, 'log.sqlite'), join(server.dataFolder, 'log.sqlite'));
  });
  await run('d4');
  await server.server.centre.inReadModels();
  const { onHand } = await program(server.url, admin.apiKey).stock();
  expect(onHand).toEqual([[-4]]);
});

test('says what it can do, and imports nothing of this product', async () => {
  const help = client('--help');
  let text = '';
  help.child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  expect(await help.ended).toBe(0);
  expect(text).toContain('client.mjs enrol --server URL --code');
  const imports = readFileSync(CLIENT, 'utf8').matchAll(/from '([^']+)'/g);
  expect([...imports].filter(([, name]) => !name?.startsWith('node:'))).toEqual([]);
});
