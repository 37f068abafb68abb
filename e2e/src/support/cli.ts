// The command line, run as its users run it, against a running server or on a data folder.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAIN = fileURLToPath(new URL('../../../apps/server/src/main.ts', import.meta.url));
const runFile = promisify(execFile);

/** Runs a command through the server and returns its closing JSON object. */
export async function streamstock(
  server: { readonly url: string; readonly apiKey: string },
  ...args: string[]
): Promise<Record<string, unknown>> {
  const { stdout } = await runFile(process.execPath, [MAIN, ...args, '--server', server.url, '--json'], {
    env: { ...process.env, STREAMSTOCK_API_KEY: server.apiKey },
  });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

/** Runs a command on a data folder and returns its closing JSON object. */
export async function streamstockOn(dataFolder: string, ...args: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await runFile(process.execPath, [MAIN, ...args, '--json'], {
    env: { ...process.env, STREAMSTOCK_DATA: dataFolder },
  });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
}
