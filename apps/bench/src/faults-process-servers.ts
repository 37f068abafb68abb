// The servers of the process tier, each a child process on a real data folder: the centre alone, which starts soon, and the
// whole product as its operators start it. Owns the processes and the folders; every child is dead when `dispose` resolves.
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient, type ApiClient } from '@streamstock/api';
import type { CentreArguments } from './faults-process-centre.ts';
import { SERVER_MAIN } from './process.ts';

const START_TIMEOUT_MS = 30_000;
const LOOK_AGAIN_MS = 10;
const STORES = ['lisboa', 'porto'] as const;

/** Who a device is, and how it gets a ticket. */
export interface EnrolledDevice {
  readonly device: string;
  readonly store: string;
  readonly fetchTicket: () => Promise<string>;
}

export interface KillableServer {
  /** `ws://…/sync`; the same after every start. */
  readonly url: string;
  readonly logFile: string;
  /** Starts the process; resolves when it listens, or when it was killed before. */
  start(): Promise<void>;
  /** SIGKILL, now; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Running, and enrols devices of two stores. */
  enrol(devices: number): Promise<readonly EnrolledDevice[]>;
  /** What it said on its error output. */
  complaints(): string;
  dispose(): Promise<void>;
}

/** No child outlives this process. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

abstract class ServerProcess implements KillableServer {
  protected readonly folder = mkdtempSync(join(tmpdir(), 'streamstock-kill-'));
  protected port = 0;
  #child: ChildProcess | null = null;
  #complaints = '';

  abstract readonly logFile: string;
  abstract enrol(devices: number): Promise<readonly EnrolledDevice[]>;
  protected abstract spawnChild(): ChildProcess;
  /** The port once the child listens. */
  protected abstract listening(child: ChildProcess): Promise<number>;

  get url(): string {
    return `ws://127.0.0.1:${this.port}/sync`;
  }

  complaints(): string {
    return this.#complaints;
  }

  async start(): Promise<void> {
    const child = this.spawnChild();
    this.#child = child;
    children.add(child);
    child.once('exit', () => children.delete(child));
    child.stderr?.on('data', (chunk: Buffer) => (this.#complaints += chunk.toString()));
    const ended = new Promise<null>((resolve) => child.once('exit', () => resolve(null)));
    const port = await Promise.race([this.listening(child), ended]);
    if (port !== null) this.port = port;
    else if (child.signalCode !== 'SIGKILL') {
      throw new Error(`The server ended by itself with ${child.exitCode}:\n${this.#complaints}`);
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await ended;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The log, the engine and the socket server. */
export class CentreProcess extends ServerProcess {
  readonly logFile = join(this.folder, 'log.sqlite');
  #devices: CentreArguments['devices'] = [];

  protected spawnChild(): ChildProcess {
    const { logFile: path, port } = this;
    const argument = JSON.stringify({ path, port, devices: this.#devices } satisfies CentreArguments);
    return fork(new URL('./faults-process-centre.ts', import.meta.url), [argument], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
  }

  protected async listening(child: ChildProcess): Promise<number> {
    return await new Promise((resolve) => {
      child.once('message', (message) => resolve((message as { port: number }).port));
    });
  }

  async enrol(devices: number): Promise<readonly EnrolledDevice[]> {
    this.#devices = Array.from({ length: devices }, (_, index) => ({
      device: `till-${index}`,
      store: STORES[index % STORES.length] ?? STORES[0],
    }));
    // Devices are registered when it starts.
    await this.kill();
    await this.start();
    return this.#devices.map((one) => ({ ...one, fetchTicket: async () => one.device }));
  }
}

/** `streamstock serve`. */
export class ProductProcess extends ServerProcess {
  readonly logFile = join(this.folder, 'log.sqlite');
  #output = '';

  protected spawnChild(): ChildProcess {
    const env = {
      ...process.env,
      STREAMSTOCK_DATA: this.folder,
      PORT: String(this.port),
      HOST: '127.0.0.1',
      STREAMSTOCK_LOG: 'error',
    };
    this.#output = '';
    const child = spawn(process.execPath, [SERVER_MAIN, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    return child;
  }

  protected async listening(): Promise<number> {
    const deadlineMs = performance.now() + START_TIMEOUT_MS;
    while (performance.now() < deadlineMs) {
      const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(this.#output)?.[1];
      if (port !== undefined) return Number(port);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    throw new Error(`The server did not listen within ${START_TIMEOUT_MS} ms:\n${this.#output}${this.complaints()}`);
  }

  async enrol(devices: number): Promise<readonly EnrolledDevice[]> {
    const token = /#token=(\S+)/.exec(this.#output)?.[1] ?? '';
    const store = { name: 'Lisboa', currency: 'EUR', timeZone: 'Europe/Lisbon' };
    const admin = { name: 'Ana', email: 'ana@example.com', password: 'a long enough password' };
    const made = await this.#client().setUp({ body: { token, admin, store } });
    const office = this.#client(made.apiKey);
    const other = await office.openStore({ body: { ...store, name: 'Porto' } });
    const enrolled: EnrolledDevice[] = [];
    for (let index = 0; index < devices; index += 1) {
      const params = { store: index % 2 === 0 ? made.store.id : other.store };
      const { code } = await office.createPairingCode({ params });
      const { device, credential } = await this.#client().enrol({ body: { code, label: `till ${index}` } });
      const tickets = this.#client(credential);
      enrolled.push({
        device,
        store: params.store,
        fetchTicket: async () => (await tickets.createTicket()).ticket,
      });
    }
    return enrolled;
  }

  #client(apiKey?: string): ApiClient {
    const origin = `http://127.0.0.1:${this.port}`;
    return createApiClient({
      baseUrl: origin,
      fetch: async (url, init) => await fetch(url, { ...init, headers: { ...init.headers, origin } }),
      ...(apiKey === undefined ? {} : { apiKey }),
    });
  }
}
