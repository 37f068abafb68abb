// Starts a child process of this repository's tools and waits for it. Owns nothing; knows no tool.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Where Node keeps what it made of sources, for every process after the first: one file for each source. */
export const COMPILED = join(ROOT, 'node_modules/.cache/node-compiled');

/** This process's environment, with the workspace's Node and tools first on the path. */
export function toolEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const path = [join(ROOT, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  return { ...process.env, PATH: path, NODE_COMPILE_CACHE: COMPILED, ...extra };
}

export interface RunResult {
  /** 0 when the tool was content; 1 when it could not be started. */
  readonly code: number;
  readonly output: string;
  readonly durationMs: number;
}

/** Runs a tool to its end. `show: 'always'` passes its output through; otherwise it is only collected. */
export async function run(
  command: string,
  args: readonly string[],
  options: {
    readonly show: 'always' | 'never';
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
  },
): Promise<RunResult> {
  const startedAt = performance.now();
  return await new Promise((resolve) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd ?? ROOT,
      env: toolEnvironment(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer, to: NodeJS.WriteStream) => {
      output += chunk.toString();
      if (options.show === 'always') to.write(chunk);
    };
    child.stdout.on('data', (chunk: Buffer) => collect(chunk, process.stdout));
    child.stderr.on('data', (chunk: Buffer) => collect(chunk, process.stderr));
    child.on('error', (error) => {
      output += `${command} could not be started: ${error.message}\n`;
    });
    child.on('close', (code) => resolve({ code: code ?? 1, output, durationMs: performance.now() - startedAt }));
  });
}
