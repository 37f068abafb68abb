// A real server process on a data folder of its own and a free port, for one test. Started as its operators start it.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../apps/server/src/main.ts', import.meta.url));
const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 10_000;

export interface TestServer {
  readonly url: string;
  readonly dataFolder: string;
  /** Outside of it, for one backup; nothing is there yet. */
  readonly backupFolder: string;
  /** The one-time setup link, while no admin exists. */
  readonly setupLink: string | null;
  /** Everything it printed so far. */
  output(): string;
  /** Ends the process; the data folder stays. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends the process and removes the data folder, and the backup. */
  dispose(): Promise<void>;
}

/** A fresh data folder below the system's temporary folder. */
export function newDataFolder(): string {
  return mkdtempSync(join(tmpdir(), 'streamstock-e2e-'));
}

/** Starts a server; resolves when it listens. `port` 0: any free one. */
export async function startServer(
  options: { dataFolder?: string; port?: number; command?: 'serve' | 'demo' } = {},
): Promise<TestServer> {
  const dataFolder = options.dataFolder ?? newDataFolder();
  const env = {
    ...process.env,
    STREAMSTOCK_DATA: dataFolder,
    PORT: String(options.port ?? 0),
    HOST: '127.0.0.1',
    STREAMSTOCK_LOG: 'warn',
  };
  const child = spawn(process.execPath, [MAIN, options.command ?? 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const url = await listeningUrl(child, () => output);
  return {
    url,
    dataFolder,
    backupFolder: `${dataFolder}-backup`,
    setupLink: /https?:\/\/\S+\/admin\/setup#token=\S+/.exec(output)?.[0] ?? null,
    output: () => output,
    stop: async (signal = 'SIGTERM') => await stop(child, signal),
    dispose: async () => {
      await stop(child, 'SIGKILL');
      for (const folder of [dataFolder, `${dataFolder}-backup`]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listeningUrl(child: ChildProcess, output: () => string): Promise<string> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const url = /(https?:\/\/[^\s/]+:\d+)\/store\//.exec(output())?.[1];
    // The setup link is printed with the rest; one more turn lets all of it arrive.
    if (url !== undefined && (await isHealthy(url))) return url;
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`The server did not listen within ${START_TIMEOUT_MS} ms:\n${output()}`);
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/healthz`);
    return answer.ok;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}
