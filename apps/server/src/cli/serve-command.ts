// `streamstock serve`: starts the server, says where it is, and stops it in order on SIGTERM and SIGINT.
import type { Command } from 'commander';
import { readConfig, type ServerConfig } from '../config.ts';
import { createLogger } from '../logging.ts';
import { startServer, type RunningServer } from '../server.ts';

/** Stopping in order takes a few seconds at most; after this the process ends all the same. What was acknowledged is on disk. */
const STOP_TIMEOUT_MS = 15_000;

const HELP = `
Prints where it listens (port 8787, or PORT). The first time it prints a link, too: open it once to make the first admin and
the first store; codes that pair devices are made in the admin view. Ctrl+C or SIGTERM stops it in order. Killed at any
moment it loses nothing that it acknowledged, and devices go on selling while it is away.
One process works in a data folder at a time; other commands go through this one with --server and --api-key.`;

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Start the server: both web apps, the API and the sync socket on one port')
    .addHelpText('after', HELP)
    .action(async () => {
      const config = readConfig(process.env, process.cwd());
      const server = await startServer({ config, logger: createLogger(config.logLevel) });
      console.log(welcome(config, server));
      await serveUntilStopped(server);
    });
}

/** Prints nothing; for commands that start a server of their own too. Resolves when a signal has stopped it. */
export async function serveUntilStopped(server: RunningServer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
      server.stop().then(resolve, reject);
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    server.ready.catch((error: unknown) => {
      server.stop().then(() => reject(error), reject);
    });
  });
}

/** What a person at the console needs to know. */
export function welcome({ dataFolder, publicUrl, tls, host }: ServerConfig, server: RunningServer): string {
  const base = publicUrl ?? server.url;
  const setup = server.setupUrl();
  const loopback = ['127.0.0.1', 'localhost', '::1'].includes(host);
  return [
    `StreamStock listens on ${server.url}`,
    `  data folder  ${dataFolder}`,
    `  admin view   ${base}/admin/`,
    `  store app    ${base}/store/`,
    ...(setup === null
      ? []
      : ['', 'First start: open this link once to make the first admin and the first store.', `  ${setup}`]),
    ...(tls === null && publicUrl?.startsWith('https:') !== true && !loopback
      ? [
          '',
          'Phones need HTTPS for the camera and for working offline: set TLS_CERT and TLS_KEY, or put a proxy with TLS in front and set STREAMSTOCK_URL.',
        ]
      : []),
  ].join('\n');
}
