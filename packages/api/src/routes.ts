// The route table: every JSON route of the server, once. The server mounts from it, the client is made from it, and the
// test of "nothing is open by accident" walks it. The live stream (events.ts) and static files are not JSON and not here.
import * as z from 'zod/mini';
import { ChainHash, EntityId } from './common.ts';
import { DeviceList, Enrolment, EnrolmentRequest, PairingCode, Revocation, Ticket } from './devices.ts';
import { LogPage, LogQuery } from './events.ts';
import { History, RefusedBytes, RefusedPage, RefusedQuery } from './history.ts';
import { BODY_BYTES_MAX, IMPORT_BODY_BYTES_MAX } from './limits.ts';
import { Health, ImportRequest, ImportResult, Readiness, Verification } from './operations.ts';
import { Session, SetupRequest, SetupResult, SetupState, SignInRequest } from './people.ts';
import { AsOfQuery, Item, ItemPage, ItemPageQuery, ItemStory, NewItem, StockMatrix } from './stock.ts';
import { NewStore, StoreHead, StoreList } from './stores.ts';

export type Schema = z.core.$ZodType;

/**
 * Who may call:
 * - `anyone`: no proof needed (what it does is guarded by a secret in the body, and rate-limited);
 * - `office`: an admin's session, or an API key;
 * - `device`: an enrolled device's credential.
 */
export type Access = 'anyone' | 'office' | 'device';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `:name` stands for a parameter of `params`. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  /** The status of success. */
  readonly status: 200 | 201 | 204;
  readonly params?: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  readonly bodyBytesMax?: number;
  /** null: no content. */
  readonly answer: Schema | null;
}

const StoreParams = z.object({ store: EntityId });
const DeviceParams = z.object({ device: EntityId });
const EpochParams = z.object({ epoch: EntityId });
const SumParams = z.object({ sum: ChainHash });
const LineParams = z.object({ store: EntityId, item: EntityId });

export const routes = {
  health: {
    method: 'GET',
    path: '/healthz',
    access: 'anyone',
    status: 200,
    summary: 'Whether the server lives, and where its log stands.',
    answer: Health,
  },
  readiness: {
    method: 'GET',
    path: '/readyz',
    access: 'anyone',
    status: 200,
    summary: 'Whether the server answers with current figures (503 while it catches up).',
    answer: Readiness,
  },
  setupState: {
    method: 'GET',
    path: '/api/v1/setup',
    access: 'anyone',
    status: 200,
    summary: 'Whether the first admin is still missing.',
    answer: SetupState,
  },
  setUp: {
    method: 'POST',
    path: '/api/v1/setup',
    access: 'anyone',
    status: 201,
    summary:
      'Makes the first admin, the first store and an API key; signs the admin in. Works once, with the token of the setup link.',
    body: SetupRequest,
    answer: SetupResult,
  },
  signIn: {
    method: 'POST',
    path: '/api/v1/session',
    access: 'anyone',
    status: 200,
    summary: 'Signs an admin in: sets an http-only session cookie.',
    body: SignInRequest,
    answer: Session,
  },
  session: {
    method: 'GET',
    path: '/api/v1/session',
    access: 'office',
    status: 200,
    summary: 'Who is asking.',
    answer: Session,
  },
  signOut: {
    method: 'DELETE',
    path: '/api/v1/session',
    access: 'office',
    status: 204,
    summary: 'Ends the session.',
    answer: null,
  },
  stores: {
    method: 'GET',
    path: '/api/v1/stores',
    access: 'office',
    status: 200,
    summary: 'All stores with how fresh their figures are.',
    answer: StoreList,
  },
  openStore: {
    method: 'POST',
    path: '/api/v1/stores',
    access: 'office',
    status: 201,
    summary: 'Opens a store.',
    body: NewStore,
    answer: StoreHead,
  },
  devices: {
    method: 'GET',
    path: '/api/v1/devices',
    access: 'office',
    status: 200,
    summary: 'All devices with what each last said of itself.',
    answer: DeviceList,
  },
  createPairingCode: {
    method: 'POST',
    path: '/api/v1/stores/:store/pairing-codes',
    access: 'office',
    status: 201,
    summary: 'Makes a pairing code for one device of this store: used once, good for ten minutes.',
    params: StoreParams,
    answer: PairingCode,
  },
  revokeDevice: {
    method: 'POST',
    path: '/api/v1/devices/:device/revocation',
    access: 'office',
    status: 200,
    summary:
      'Takes back the access of a device and of those forked from it: what they still send is set aside. A repeat changes nothing.',
    params: DeviceParams,
    answer: Revocation,
  },
  history: {
    method: 'GET',
    path: '/api/v1/history',
    access: 'office',
    status: 200,
    summary: 'The epochs of the log, who is back since the present one began, and what no device holds any more.',
    answer: History,
  },
  resumeAutomaticWork: {
    method: 'POST',
    path: '/api/v1/history/epochs/:epoch/resumption',
    access: 'office',
    status: 200,
    summary: 'Lets automatic work go on in this epoch without the devices that are not back. A repeat changes nothing.',
    params: EpochParams,
    answer: History,
  },
  refusedEvents: {
    method: 'GET',
    path: '/api/v1/history/refused',
    access: 'office',
    status: 200,
    summary: 'What devices sent and the server did not take in, latest first.',
    query: RefusedQuery,
    answer: RefusedPage,
  },
  refusedBytes: {
    method: 'GET',
    path: '/api/v1/history/refused/:sum',
    access: 'office',
    status: 200,
    summary: 'The bytes of what a device sent and the server did not take in.',
    params: SumParams,
    answer: RefusedBytes,
  },
  enrol: {
    method: 'POST',
    path: '/api/v1/enrolments',
    access: 'anyone',
    status: 201,
    summary: 'Enrols a device with a pairing code; gives it its id and its credential, once.',
    body: EnrolmentRequest,
    answer: Enrolment,
  },
  createTicket: {
    method: 'POST',
    path: '/api/v1/tickets',
    access: 'device',
    status: 201,
    summary: 'Gives a device a ticket for one connection to /sync, good for 30 seconds.',
    answer: Ticket,
  },
  items: {
    method: 'GET',
    path: '/api/v1/items',
    access: 'office',
    status: 200,
    summary: 'The catalogue, by pages in order of item id.',
    query: ItemPageQuery,
    answer: ItemPage,
  },
  registerItem: {
    method: 'POST',
    path: '/api/v1/items',
    access: 'office',
    status: 201,
    summary: 'Registers an item, with its barcodes.',
    body: NewItem,
    answer: Item,
  },
  stock: {
    method: 'GET',
    path: '/api/v1/stock',
    access: 'office',
    status: 200,
    summary: 'Stock of every item in every store, now or as of a past moment.',
    query: AsOfQuery,
    answer: StockMatrix,
  },
  itemStory: {
    method: 'GET',
    path: '/api/v1/stock/:store/:item',
    access: 'office',
    status: 200,
    summary: 'Why one figure is what it is: the last count, what happened since, and the whole journal.',
    params: LineParams,
    answer: ItemStory,
  },
  events: {
    method: 'GET',
    path: '/api/v1/events',
    access: 'office',
    status: 200,
    summary: 'The log, newest first.',
    query: LogQuery,
    answer: LogPage,
  },
  importBatches: {
    method: 'POST',
    path: '/api/v1/imports/batches',
    access: 'office',
    status: 200,
    summary: 'Appends imported events; those already known are skipped.',
    body: ImportRequest,
    bodyBytesMax: IMPORT_BODY_BYTES_MAX,
    answer: ImportResult,
  },
  verify: {
    method: 'POST',
    path: '/api/v1/verify',
    access: 'office',
    status: 200,
    summary: 'Recomputes every hash chain and folds the log again beside the stored read models.',
    answer: Verification,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

export function bodyBytesMax(route: Route): number {
  return route.bodyBytesMax ?? BODY_BYTES_MAX;
}
