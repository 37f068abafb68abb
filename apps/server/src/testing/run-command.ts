// Runs the command line as its users do: a process of its own, on a data folder of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Workplace {
  /** The data folder. */
  readonly data: string;
  /** Where the person stands: relative files count from here. */
  readonly folder: string;
  start(...args: string[]): ChildProcess;
  /** `serve`, once it listens. */
  serve(): Promise<ChildProcess>;
  run(...args: string[]): Promise<CommandResult>;
  /** The JSON object on the last line of standard output. */
  json(...args: string[]): Promise<Record<string, unknown>>;
  dispose(): void;
}

export function newWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'streamstock-cli-'));
  const data = join(folder, 'data');
  const env = { ...process.env, STREAMSTOCK_DATA: data, INIT_CWD: folder, STREAMSTOCK_LOG: 'warn', PORT: '0' };
  const start = (...args: string[]) =>
    spawn(process.execPath, [MAIN, ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = async (...args: string[]) => await ended(start(...args));
  const serve = async (): Promise<ChildProcess> => {
    const server = start('serve');
    await new Promise<void>((resolve, reject) => {
      server.stdout?.once('data', () => resolve());
      void ended(server).then(({ code, stderr }) => reject(new Error(`serve ended with ${code}:\n${stderr}`)));
    });
    return server;
  };
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args, '--json');
    if (code !== 0) throw new Error(`streamstock ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`);
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
  };
  return { data, folder, start, serve, run, json, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Waits for a process to end and returns what it printed. */
export async function ended(child: ChildProcess): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done) => {
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}

/** Path of a file of real sample data, or null; then its name is printed once. */
export function sampleFile(name: string): string | null {
  const samples = process.env['STREAMSTOCK_SAMPLES'];
  const folder = samples === undefined || isAbsolute(samples) ? samples : resolve(ROOT, samples);
  const file = folder === undefined ? null : join(folder, name);
  if (file !== null && existsSync(file)) return file;
  process.stdout.write(`Left out, its sample data is absent (STREAMSTOCK_SAMPLES): tests on ${name}\n`);
  return null;
}
