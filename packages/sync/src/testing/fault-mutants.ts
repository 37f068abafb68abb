// Planted bugs: each one a fault that a careless change to a session, a log or an engine would bring back. The simulation must
// notice every one of them (a simulation that can not is no proof).
import type { SourceMutant } from './source-mutant.ts';

const PUSH = 'event-log/src/central-append.ts';
const COMMIT = 'event-log/src/central-commit.ts';
const DEVICE_LOG = 'event-log/src/stored-device-log.ts';
const DEVICE_CHAIN = 'event-log/src/device-append.ts';
const PROJECTION = 'event-log/src/projection.ts';
const RULING = 'event-log/src/ruling.ts';
const RETIMING = 'event-log/src/retiming.ts';
const CENTRAL_MEMORY = 'event-log/src/memory-central-log.ts';
const SENDING = 'sync/src/device-sending.ts';
const RECEIVING = 'sync/src/device-receiving.ts';
const DELIVERY = 'sync/src/delivery.ts';
const CENTRAL_SESSION = 'sync/src/central-session.ts';
const GREETING = 'sync/src/greeting.ts';
const FORK = 'sync/src/fork-search.ts';
const CLOCK = 'sync/src/clock-offset.ts';
const LIVE = 'sync/src/device-live.ts';
const CONNECTION = 'sync/src/device-connection.ts';
const DISK = 'event-log/src/memory-device-log.ts';
const SIM_CENTRE = 'sync/src/testing/sim-centre.ts';
const SIM_DEVICE = 'sync/src/testing/sim-device.ts';

export const SYNC_MUTANTS: readonly SourceMutant[] = [
  // ── engines
  {
    name: 'acknowledge before commit',
    file: SIM_CENTRE,
    find: "sync: async () => this.#strike('commit'),",
    replace: "sync: async () => void this.#later(0, () => this.#strike('commit')),",
  },
  {
    name: 'call it saved before it is committed',
    file: SIM_DEVICE,
    find: 'return await this.log.append({ drafts, clock: { nowMs: this.nowMs(), uncertaintyMs: null } });',
    replace:
      'void this.log.append({ drafts, clock: { nowMs: this.nowMs(), uncertaintyMs: null } }).catch(() => undefined); return drafts.map((event) => ({ event, line: null })) as never;',
  },
];
