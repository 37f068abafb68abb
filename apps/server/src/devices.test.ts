// Pairing codes, enrolment, tickets and revoking, over real HTTP and sockets.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PAIRING_CODE_LIFE_MS } from './directory/directory.ts';
import { guessLimits, ticketLimits } from './http/rate-limits.ts';
import { TestDevice } from './testing/test-device.ts';
import { browser, program, setUp, startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  server = await startTestServer();
  admin = await setUp(server);
});
afterEach(async () => {
  await server.stop();
});

const enrol = (code: string, label = 'till 1') => browser(server.url).client.enrol({ body: { code, label } });
const newCode = async () => await admin.client.createPairingCode({ params: { store: admin.store.id } });

describe('pairing codes', () => {
  test('a code enrols one device into its store, however it is typed', async () => {
    const { code } = await newCode();
    const device = await enrol(` ${code.toLowerCase().replace('-', ' ')} `);
    expect(device.store).toEqual(admin.store);
    const { devices } = await admin.client.devices();
    expect(devices.find((one) => one.device === device.device)).toMatchObject({
      store: admin.store.id,
      kind: 'installation',
      label: 'till 1',
      connected: false,
      acceptedSeq: 0,
      report: null,
    });
    await expect(enrol(code)).rejects.toMatchObject({ kind: 'pairing-code', problem: { code: 'used' } });
  });

  test('of two devices with one code at the same moment one gets in', async () => {
    const { code } = await newCode();
    const both = await Promise.allSettled([enrol(code, 'till 1'), enrol(code, 'till 2')]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await admin.client.devices()).devices.filter(({ kind }) => kind === 'installation')).toHaveLength(1);
  });

  test('a code works for ten minutes', async () => {
    const { code, expiresAtMs } = await newCode();
    server.pass(PAIRING_CODE_LIFE_MS - 1_000);
    expect(expiresAtMs).toBeGreaterThan(Date.now());
    const late = await newCode();
    server.pass(1_001);
    await expect(enrol(code)).rejects.toMatchObject({ kind: 'pairing-code', problem: { code: 'expired' } });
    await expect(enrol(late.code)).resolves.toBeDefined();
  });

  test('guessing is limited; afterwards not even a good code works from there', async () => {
    const { code } = await newCode();
    const wrong = code.startsWith('A') ? 'BBBB-BBBB' : 'AAAA-AAAA';
    for (let tries = 0; tries < guessLimits.pairing.perKeyMax; tries += 1) {
      await expect(enrol(wrong)).rejects.toMatchObject({
        kind: 'pairing-code',
        problem: { code: 'unknown', status: 403 },
      });
    }
    await expect(enrol(code)).rejects.toMatchObject({ kind: 'too-many-requests' });
  });

  test('a store nobody knows gets none', async () => {
    await expect(admin.client.createPairingCode({ params: { store: 'nowhere' } })).rejects.toMatchObject({
      kind: 'not-found',
    });
  });
});

describe('tickets', () => {
  test('a device gets tickets with its credential; nobody else does', async () => {
    const { credential } = await enrol(admin.pairingCode.code);
    const { ticket, expiresAtMs } = await program(server.url, credential).createTicket();
    expect(ticket).toMatch(/^sst_/);
    expect(expiresAtMs - Date.now()).toBeLessThanOrEqual(30_000);
    await expect(program(server.url).createTicket()).rejects.toMatchObject({ kind: 'not-signed-in' });
    await expect(program(server.url, admin.apiKey).createTicket()).rejects.toMatchObject({ kind: 'not-allowed' });
    await expect(admin.client.createTicket()).rejects.toMatchObject({ kind: 'not-allowed' });
  });

  test('a device the log lost sight of while it enrolled is registered by its first ticket', async () => {
    // As after a crash between the directory's commit and the log's.
    const paired = server.server.directory.pair(
      admin.pairingCode.code,
      { device: 'till-x', label: 'till x' },
      Date.now(),
    );
    expect(paired.ok).toBe(true);
    expect(await server.server.centre.log.device('till-x')).toBeNull();
    await program(server.url, paired.ok ? paired.credential : '').createTicket();
    expect(await server.server.centre.log.device('till-x')).toMatchObject({
      store: admin.store.id,
      kind: 'installation',
      label: 'till x',
    });
  });
});

test('tickets are counted per device: one that asks without end waits, others do not', async () => {
  const greedy = program(server.url, (await enrol(admin.pairingCode.code)).credential);
  const calm = program(server.url, (await enrol((await newCode()).code)).credential);
  for (let asked = 0; asked < ticketLimits.device.usesMax; asked += 1) await greedy.createTicket();
  await expect(greedy.createTicket()).rejects.toMatchObject({
    kind: 'too-many-requests',
    problem: { status: 429, retryAfterMs: expect.any(Number) as number },
  });
  await expect(calm.createTicket()).resolves.toBeDefined();
});

describe('revoking', () => {
  const revoke = async (device: string) => await admin.client.revokeDevice({ params: { device } });

  test('what a revoked device still sends is set aside; it is sent nothing and gets tickets only', async () => {
    const till = new TestDevice(server.url, await enrol(admin.pairingCode.code));
    await till.connect();
    await till.receives('oat', 10);
    expect(await revoke(till.identity.device)).toEqual({ revoked: [till.identity.device] });
    await till.closed();
    expect(await revoke(till.identity.device)).toEqual({ revoked: [till.identity.device] });
    const welcome = await till.connect();
    expect(welcome).toMatchObject({ type: 'welcome', restriction: { kind: 'revoked' } });
    expect(await till.sells('oat', 4)).toMatchObject({ type: 'accepted' });
    await server.server.centre.inReadModels();
    expect((await admin.client.stock()).onHand).toEqual([[10]]);
    const { events } = await admin.client.events({ query: { type: 'EventSetAside' } });
    expect(events[0]?.line).toContain('"revoked-device"');
    const credential = program(server.url, till.identity.credential);
    await expect(credential.createTicket()).resolves.toBeDefined();
    await expect(credential.devices()).rejects.toMatchObject({ kind: 'not-allowed' });
    const { devices } = await admin.client.devices();
    expect(devices.find(({ device }) => device === till.identity.device)?.revokedAtMs).toBeTypeOf('number');
  });

  test('only installations can be revoked; whoever else is named is not found', async () => {
    const { devices } = await admin.client.devices();
    const centre = devices.find(({ kind }) => kind === 'centre')?.device ?? '';
    for (const device of [centre, 'nobody', '%2e%2e', 'x'.repeat(64)])
      await expect(revoke(device)).rejects.toMatchObject({
        problem: { status: expect.toSatisfy(isRefusal) as number },
      });
  });

  test('X14 a fork that a restore forgot, and that was revoked, is known as revoked when it says hello', async () => {
    const home = mkdtempSync(join(tmpdir(), 'streamstock-forgotten-'));
    const dataFolder = join(home, 'data');
    mkdirSync(dataFolder);
    writeFileSync(join(dataFolder, 'revocations.jsonl'), '{"device":"fork-of-till","atMs":1}\n');
    const restored = await startTestServer({ dataFolder });
    try {
      const office = await setUp(restored);
      const till = await browser(restored.url).client.enrol({ body: { code: office.pairingCode.code, label: 'till' } });
      const fork = new TestDevice(restored.url, { ...till, device: 'fork-of-till' });
      const ticket = await new TestDevice(restored.url, till).ticket();
      expect(await fork.connect(ticket)).toMatchObject({ type: 'welcome', restriction: { kind: 'revoked' } });
      const { devices } = await office.client.devices();
      expect(devices.find(({ device }) => device === 'fork-of-till')).toMatchObject({ parent: till.device });
      expect(devices.find(({ device }) => device === till.device)?.revokedAtMs).toBeNull();
      fork.cut();
    } finally {
      await restored.stop();
      rmSync(home, { recursive: true, force: true });
    }
  });

  test('X14 a fork of a revoked device stands in the list with it: a backup from before knows neither', async () => {
    const home = mkdtempSync(join(tmpdir(), 'streamstock-forked-'));
    const dataFolder = join(home, 'data');
    mkdirSync(dataFolder);
    const running = await startTestServer({ dataFolder });
    try {
      const office = await setUp(running);
      const identity = await browser(running.url).client.enrol({
        body: { code: office.pairingCode.code, label: 'till' },
      });
      const till = new TestDevice(running.url, identity);
      await till.connect();
      await till.receives('oat', 10);
      await office.client.revokeDevice({ params: { device: identity.device } });
      await till.closed();
      // A copy of its disk from before it wrote anything.
      const copy = new TestDevice(running.url, identity);
      const answer = await copy.connect();
      expect(answer).toMatchObject({ type: 'newDevice', parent: identity.device });
      const listed = readFileSync(join(dataFolder, 'revocations.jsonl'), 'utf8');
      for (const device of [identity.device, (answer as { readonly device?: string }).device])
        expect(listed).toContain(`"${device}"`);
      copy.cut();
    } finally {
      await running.stop();
      rmSync(home, { recursive: true, force: true });
    }
  });
});

const isRefusal = (status: number): boolean => status === 404 || status === 400;

test('the history of a new log: one epoch, nobody awaited, nothing gone; an unknown epoch can not be resumed', async () => {
  const history = await admin.client.history();
  expect(history).toMatchObject({
    epochs: [{ cause: 'begun', position: 0, backupTakenAtMs: null }],
    comeback: { back: [], awaited: [], paused: false },
    holes: [],
    refused: [],
  });
  await expect(admin.client.resumeAutomaticWork({ params: { epoch: 'nowhere' } })).rejects.toMatchObject({
    kind: 'not-found',
  });
});
