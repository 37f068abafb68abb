// `streamstock demo`: the product with a made-up chain in a data folder of its own, and how to get in.
import type { Command } from 'commander';
import { resolve } from 'node:path';
import { readConfig, REPOSITORY_ROOT, type ServerConfig } from '../config.ts';
import { prepareDemo, type DemoMarker } from '../demo/demo-folder.ts';
import { createLogger } from '../logging.ts';
import { startServer, type RunningServer } from '../server.ts';
import { serveUntilStopped, welcome } from './serve-command.ts';

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(
      'Start the server with a made-up chain: 8 shops, 2,400 items, 400 days; in demo-data, apart from real data',
    )
    .action(async () => {
      const config = demoConfig();
      const demo = await prepareDemo(config.dataFolder);
      const server = await startServer({ config, logger: createLogger(config.logLevel) });
      await server.ready;
      console.log(`${welcome(config, server)}\n\n${howToGetIn(config, server, demo)}`);
      await serveUntilStopped(server);
    });
}

/** As `serve`, but never in the real data folder unless STREAMSTOCK_DATA says so. */
function demoConfig(): ServerConfig {
  const config = readConfig(process.env, process.cwd());
  const given = process.env['STREAMSTOCK_DATA'];
  return given === undefined || given === ''
    ? { ...config, dataFolder: resolve(REPOSITORY_ROOT, 'demo-data') }
    : config;
}

function howToGetIn(config: ServerConfig, server: RunningServer, demo: DemoMarker): string {
  const base = config.publicUrl ?? server.url;
  const { code, expiresAtMs } = server.directory.createPairingCode(demo.store, Date.now());
  const minutes = Math.round((expiresAtMs - Date.now()) / 60_000);
  return [
    'This is a demo: everything in it is made up.',
    `  head office  ${base}/admin/   ${demo.email}  ${demo.password}`,
    `  open a till  ${base}/store/#code=${code}   (once, within ${minutes} minutes; more codes under Stores & devices)`,
    `  start over   delete ${config.dataFolder}`,
  ].join('\n');
}
