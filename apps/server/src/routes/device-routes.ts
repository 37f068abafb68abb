// Stores, devices, pairing, enrolment and socket tickets.
import { normalisePairingCode, type PairingCode } from '@streamstock/api';
import type { StoreId } from '@streamstock/event-log';
import { newId } from '../centre/writers.ts';
import type { EnrolledDevice } from '../directory/directory.ts';
import { actorOf, remoteAddress, type AppContext } from '../http/environment.ts';
import type { Handlers } from '../http/mount.ts';
import { HttpProblem, notFound } from '../http/problems.ts';
import { addressKey } from '../http/rate-limits.ts';
import { deviceView, storeHead } from '../read/freshness.ts';
import type { Services } from '../services.ts';
import { decideNewStore, openNewStore } from './open-store.ts';

type DeviceHandlers = Pick<
  Handlers,
  'stores' | 'openStore' | 'devices' | 'createPairingCode' | 'revokeDevice' | 'enrol' | 'createTicket'
>;

export function deviceRoutes(services: Services): DeviceHandlers {
  const { centre, clock, directory, guards, logger, tickets } = services;
  return {
    stores: async () => {
      const devices = await centre.knownDevices();
      return { stores: centre.view.stores().map((store) => storeHead(store, devices, clock())) };
    },
    openStore: async ({ body, caller }) => {
      const row = await openNewStore(services, decideNewStore(body, actorOf(caller), clock()));
      return storeHead(row, [], clock());
    },
    devices: async () => ({ position: centre.view.position, devices: (await centre.knownDevices()).map(deviceView) }),
    createPairingCode: async ({ params, context }) => {
      if (centre.view.store(params.store) === undefined)
        throw notFound('such store', 'Open the list of stores and choose one.');
      return pairingCodeFor(services, context, params.store);
    },
    revokeDevice: async ({ params: { device }, caller }) => {
      const record = await centre.log.device(device);
      if (record?.kind !== 'installation') throw notFound('such device', 'Open the list of devices and choose one.');
      const revoked = await centre.revokeDevice(device);
      logger.warn(
        { device, store: record.store, revoked: revoked.length, by: actorOf(caller) },
        'A device was revoked',
      );
      return { revoked: [...revoked] };
    },
    enrol: enrolRoute(services),
    // A revoked device gets tickets too: over the socket it may only send what it has, and all of it is set aside.
    createTicket: async ({ caller, context }) => {
      if (caller.kind !== 'device') throw new Error('The route is open to devices only.');
      const address = services.addressKeyOf(context);
      if (address !== null) await guards.tickets.address(address);
      await guards.tickets.store(caller.device.store);
      await guards.tickets.device(caller.device.device);
      await ensureRegistered(services, caller.device);
      const nowMs = clock();
      return { ...tickets.issue(caller.device.device, nowMs) };
    },
  };

  function enrolRoute({ guards, logger }: Services): DeviceHandlers['enrol'] {
    return async ({ body, context }) => {
      const key = addressKey(remoteAddress(context));
      await guards.pairing.attempt(key);
      const nowMs = clock();
      const device = newId(nowMs);
      const code = normalisePairingCode(body.code);
      const paired =
        code === undefined
          ? ({ ok: false, reason: 'unknown' } as const)
          : directory.pair(code, { device, label: body.label }, nowMs);
      if (!paired.ok) throw pairingProblem(paired.reason);
      await guards.pairing.succeeded(key);
      await ensureRegistered(services, { device, store: paired.store, label: body.label, enrolledAtMs: nowMs });
      const store = centre.view.store(paired.store);
      if (store === undefined) throw new Error(`Store ${paired.store} has pairing codes and no read model.`);
      logger.info({ device, store: paired.store }, 'A device was enrolled');
      centre.live.deviceChanged(device);
      const { name, currency, timeZone } = store;
      return { device, store: { id: paired.store, name, currency, timeZone }, credential: paired.credential };
    };
  }
}

/** A new code for one device of this store, and the link that a camera opens. The code stands behind `#`: no server log sees it. */
export function pairingCodeFor(services: Services, context: AppContext, store: StoreId): PairingCode {
  const { code, expiresAtMs } = services.directory.createPairingCode(store, services.clock());
  return { code, expiresAtMs, url: `${services.originFor(context)}/store/#code=${code}` };
}

/** The directory knows a device before the log does; whatever happens in between, the next ticket makes up for it. */
async function ensureRegistered(
  { centre }: Services,
  { device, store, label, enrolledAtMs }: EnrolledDevice,
): Promise<void> {
  if ((await centre.log.device(device)) !== null) return;
  await centre.registerDevice({ device, store, kind: 'installation', label, parent: null, enrolledAtMs });
}

const pairingReasons = {
  unknown: 'This code is not known here.',
  used: 'This code was used already: a code is for one device.',
  expired: 'This code is too old: a code works for ten minutes.',
} as const;

function pairingProblem(reason: keyof typeof pairingReasons): HttpProblem {
  return new HttpProblem(
    'pairing-code',
    `${pairingReasons[reason]} Nothing was changed.`,
    'Ask head office for a new code, and type its eight letters.',
    {
      code: reason,
    },
  );
}
