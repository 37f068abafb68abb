// What the routes work with: one object, made by server.ts, passed to every group of handlers. No globals.
import type { History, RefusedPage, Verification } from '@streamstock/api';
import type { CentralLog, DeviceId, NewDevice } from '@streamstock/event-log';
import type { Logger } from 'pino';
import type { DeviceReports } from './centre/device-reports.ts';
import type { OwnAppender } from './centre/writers.ts';
import type { Directory } from './directory/directory.ts';
import type { SetupToken } from './directory/setup-token.ts';
import type { Tickets } from './directory/tickets.ts';
import type { SessionCookie } from './http/access.ts';
import type { AppContext } from './http/environment.ts';
import type { GuessGuard, UseGuard } from './http/rate-limits.ts';
import type { LiveHub } from './live/live-hub.ts';
import type { ChainView } from './read/chain-view.ts';
import type { KnownDevice } from './read/freshness.ts';
import type { Snapshots } from './snapshot/snapshots.ts';

interface Guards {
  readonly signIn: GuessGuard;
  readonly setup: GuessGuard;
  readonly pairing: GuessGuard;
  readonly bearer: GuessGuard;
  readonly tickets: { readonly device: UseGuard; readonly store: UseGuard; readonly address: UseGuard };
}

/** The log with everything that runs along with it. */
export interface Centre {
  readonly log: CentralLog;
  readonly view: ChainView;
  readonly reports: DeviceReports;
  readonly live: LiveHub;
  /** Appends to one of the centre's own logs; known ids are skipped. On disk when it resolves; devices and screens hear of it. */
  readonly appendOwn: OwnAppender;
  /** Brings what depends on the time alone (goods held until a moment) up to now in `view`, and tells screens. */
  readonly passTime: () => void;
  /** Resolves when the read models hold everything that is committed now. */
  readonly inReadModels: () => Promise<void>;
  /** Chains intact, and stored = rebuilt. */
  readonly verify: () => Promise<Verification>;
  /** Events that the read models do not hold yet. */
  readonly behind: () => Promise<number>;
  /** Registers a device; one that stands in the file of revocations is revoked at once. */
  readonly registerDevice: (device: NewDevice) => Promise<void>;
  /** Takes back the access of a device and its forks, for good; resolves with all of them. A repeat changes nothing. */
  readonly revokeDevice: (device: DeviceId) => Promise<readonly DeviceId[]>;
  /** Epochs, who is back, holes. */
  readonly history: () => Promise<History>;
  /** What devices sent and the log did not take in, from the latest, or from where a page before it said. */
  readonly refusedEvents: (after?: string) => Promise<RefusedPage>;
  /** Bytes that a device sent and the log did not take in, by their SHA-256; null: none of them. */
  readonly refusedBytes: (sum: string) => Promise<string | null>;
  /** Lets automatic work go on in the present epoch. `by`: whom to remember for it. */
  readonly resumeAutomaticWork: (by: string) => Promise<void>;
  /** Devices of the registry with what is known of them now. */
  readonly knownDevices: () => Promise<readonly KnownDevice[]>;
}

export interface Services {
  readonly logger: Logger;
  readonly clock: () => number;
  readonly directory: Directory;
  readonly tickets: Tickets;
  readonly cookie: SessionCookie;
  readonly guards: Guards;
  readonly centre: Centre;
  readonly snapshots: Snapshots;
  /** The token of the setup link; undefined once there is an admin. */
  readonly setupToken: () => SetupToken | undefined;
  readonly setupDone: () => void;
  /** Under which key uses are counted per address; null behind a proxy, where all have its address. */
  readonly addressKeyOf: (context: AppContext) => string | null;
  /** The address under which this caller reaches the server, for links. */
  readonly originFor: (context: AppContext) => string;
}
