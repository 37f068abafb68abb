// A real server for tests: own temporary data folder, a port the system picks, a clock that tests can move. And callers as
// they come: a browser with its cookies and its Origin, a program with an API key.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient, type ApiClient, type Fetch, type SetupResult } from '@streamstock/api';
import { pino } from 'pino';
import type { ServerConfig } from '../config.ts';
import { startServer, type RunningServer } from '../server.ts';

export interface TestServer {
  readonly server: RunningServer;
  readonly url: string;
  readonly dataFolder: string;
  readonly config: ServerConfig;
  /** Everything the server has logged. */
  readonly logged: () => string;
  /** Moves the server's clock. */
  readonly pass: (ms: number) => void;
  readonly setupToken: () => string;
  readonly stop: () => Promise<void>;
}

export interface TestServerOptions {
  /** Absent: a fresh one, removed at the end. */
  readonly dataFolder?: string;
  readonly config?: Partial<ServerConfig>;
  /** Makes small built apps. */
  readonly built?: boolean;
}

const PAGE =
  '<!doctype html><html><head><meta name="csp-nonce" content="%CSP_NONCE%"><title>App</title></head><body></body></html>';

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const home = mkdtempSync(join(tmpdir(), 'streamstock-server-'));
  const dataFolder = options.dataFolder ?? join(home, 'data');
  const lines: string[] = [];
  let offsetMs = 0;
  const config: ServerConfig = {
    dataFolder,
    port: 0,
    host: '127.0.0.1',
    tls: null,
    publicUrl: null,
    logLevel: 'debug',
    storeDist: join(home, 'store'),
    adminDist: join(home, 'admin'),
    ...options.config,
  };
  if (options.built === true) for (const dist of [config.storeDist, config.adminDist]) buildApp(dist);
  const logger = pino({ level: config.logLevel }, { write: (line: string) => void lines.push(line) });
  const server = await startServer({ config, logger, clock: () => Date.now() + offsetMs });
  await server.ready;
  return {
    server,
    url: server.url,
    dataFolder,
    config,
    logged: () => lines.join(''),
    pass: (ms) => {
      offsetMs += ms;
    },
    setupToken: () => new URL(server.setupUrl() ?? 'http://none/#token=').hash.slice('#token='.length),
    stop: async () => {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function buildApp(dist: string): void {
  mkdirSync(join(dist, 'assets'), { recursive: true });
  writeFileSync(join(dist, 'index.html'), PAGE);
  writeFileSync(join(dist, 'sw.js'), 'self.addEventListener("fetch", () => {});');
  writeFileSync(join(dist, 'assets', 'app-1a2b3c.js'), `console.log(${JSON.stringify('x'.repeat(4_000))});`);
}

export interface Browser {
  readonly client: ApiClient;
  readonly fetch: Fetch;
  readonly cookies: Map<string, string>;
}

/** Keeps cookies, and sends the Origin with writes, as browsers do. */
export function browser(url: string, origin: string | null = url): Browser {
  const cookies = new Map<string, string>();
  const fetcher: Fetch = async (target, init) => {
    const headers: Record<string, string> = { ...init.headers };
    if (cookies.size > 0) headers['cookie'] = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (origin !== null && init.method !== 'GET') headers['origin'] = origin;
    const answer = await fetch(target, {
      method: init.method,
      headers,
      ...(init.body === undefined ? {} : { body: init.body }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (attributes.some((attribute) => attribute.trim().toLowerCase() === 'max-age=0')) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  return { client: createApiClient({ baseUrl: url, fetch: fetcher }), fetch: fetcher, cookies };
}

/** A program with a bearer token, without cookies or Origin. */
export function program(url: string, apiKey?: string): ApiClient {
  return createApiClient({
    baseUrl: url,
    fetch: async (target, init) => await fetch(target, init),
    ...(apiKey === undefined ? {} : { apiKey }),
  });
}

export const ADMIN = { name: 'Marta Silva', email: 'marta@example.org', password: 'correct horse battery' } as const;
export const STORE = { name: 'Porto Aliados', currency: 'EUR', timeZone: 'Europe/Lisbon' } as const;

/** Does the setup in a browser, which is signed in afterwards. */
export async function setUp(test: TestServer): Promise<Browser & SetupResult> {
  const admin = browser(test.url);
  const result = await admin.client.setUp({ body: { token: test.setupToken(), admin: ADMIN, store: STORE } });
  return { ...admin, ...result };
}
