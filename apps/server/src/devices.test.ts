// Pairing codes, enrolment and tickets, over real HTTP.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PAIRING_CODE_LIFE_MS } from './directory/directory.ts';
import { guessLimits } from './http/rate-limits.ts';
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
