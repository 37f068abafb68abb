// Runs another program of the product as its users do and hands back its last line of output as JSON.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BenchmarkProblem } from './benchmark.ts';

export const SERVER_MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));

/** With what `pnpm start` starts it: processes of a benchmark that stand for the server run with the same. */
export const SERVER_FLAGS: readonly string[] = ['--max-semi-space-size=16', '--heap-growing-percent=30'];

/** The JSON object of the last line on standard output. Throws `BenchmarkProblem` with the output when it fails. */
export async function runForJson(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await collect(script, args, env);
  const lastLine = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (code !== 0) throw new BenchmarkProblem(`${script} ended with ${code}:\n${stdout}${stderr}`);
  return JSON.parse(lastLine) as Record<string, unknown>;
}

async function collect(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}
