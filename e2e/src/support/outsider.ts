// A device by an outsider, run as its makers would: the client of examples/. For events that no app of ours would write.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestServer } from './server.ts';

const CLIENT = fileURLToPath(new URL('../../../examples/client.mjs', import.meta.url));

export interface OutsiderEvent {
  readonly type: string;
  readonly schemaVersion?: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Pairs a new device and sends these events from it; resolves when all of them are accepted. */
export async function outsiderSends(
  server: TestServer,
  code: string,
  label: string,
  events: readonly OutsiderEvent[],
): Promise<void> {
  const file = join(server.dataFolder, `${label}.jsonl`);
  await client('', 'enrol', '--server', server.url, '--code', code, '--file', file, '--label', label);
  await client(events.map((event) => JSON.stringify(event)).join('\n'), 'run', '--file', file);
}

async function client(input: string, ...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [CLIENT, ...args], { stdio: ['pipe', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
  child.stdin.end(input);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`The outsider's client ended with ${String(code)}: ${words}`);
}
