// Where a command works: on a data folder of its own, or on a running server through the HTTP API. Owns the options that say
// which, and the messages when it is the wrong one.
import { ApiProblem, createApiClient, type ApiClient, type Fetch } from '@streamstock/api';
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { CommandProblem } from './command-problem.ts';
import { openLocalCentre, type LocalCentre } from './local-centre.ts';

const REQUEST_TIMEOUT_MS = 120_000;

export interface TargetOptions {
  readonly server?: string;
  readonly apiKey?: string;
}

export type Target =
  | { readonly kind: 'folder'; readonly centre: LocalCentre }
  | { readonly kind: 'server'; readonly client: ApiClient; readonly url: string };

/** Adds `--server` and `--api-key`. The key may also stand in STREAMSTOCK_API_KEY, where other users of the machine can not see it. */
export function withTargetOptions(command: Command): Command {
  return command
    .option('--server <url>', 'go through the server running at this address; without it the data folder is opened')
    .option('--api-key <key>', 'API key for --server (or the environment variable STREAMSTOCK_API_KEY)');
}

/** Runs `work` on the target and closes it whatever happens. Throws `CommandProblem` for what the person can correct. */
export async function onTarget<Result>(
  options: TargetOptions,
  doing: string,
  work: (target: Target) => Promise<Result>,
): Promise<Result> {
  if (options.server === undefined) {
    const { dataFolder } = readConfig(process.env, process.cwd());
    const centre = await openLocalCentre(dataFolder, doing);
    try {
      return await work({ kind: 'folder', centre });
    } finally {
      await centre.close();
    }
  }
  return await onServer(options.server, options.apiKey ?? process.env['STREAMSTOCK_API_KEY'], work);
}

async function onServer<Result>(
  server: string,
  apiKey: string | undefined,
  work: (target: Target) => Promise<Result>,
): Promise<Result> {
  if (!URL.canParse(server))
    throw new CommandProblem(`--server ${server} is not an address such as http://127.0.0.1:8787.`);
  if (apiKey === undefined) {
    throw new CommandProblem(
      'A server asks for its API key: give --api-key KEY. Setup showed it once, to the first admin.',
    );
  }
  const url = new URL(server).origin;
  const client = createApiClient({ baseUrl: url, fetch: fetchWithTimeout, apiKey });
  try {
    return await work({ kind: 'server', client, url });
  } catch (error) {
    if (error instanceof ApiProblem) throw new CommandProblem(serverProblemMessage(url, error));
    throw error;
  }
}

const fetchWithTimeout: Fetch = async (url, init) =>
  await fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });

function serverProblemMessage(url: string, { kind, message }: ApiProblem): string {
  if (kind !== 'unreachable') return `The server at ${url} says: ${message}`;
  return (
    `No server answers at ${url}. Start it, correct the address, or leave out --server to work on the data folder ` +
    '(STREAMSTOCK_DATA) directly while no server runs there.'
  );
}
