// `dev`: the server restarting on change, and both web apps with hot reload, which pass API and socket on to the server.
// Ends all three together.
import { spawn, type ChildProcess } from 'node:child_process';
import { ROOT, toolEnvironment } from './run.ts';

const SERVER_PORT = process.env['PORT'] ?? '8787';

const PARTS: readonly {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
}[] = [
  { name: 'server', command: 'node', args: ['--watch', 'src/main.ts', 'serve'], cwd: 'apps/server' },
  { name: 'store', command: 'vite', args: ['--port', '5173', '--strictPort'], cwd: 'apps/store' },
  { name: 'admin', command: 'vite', args: ['--port', '5174', '--strictPort'], cwd: 'apps/admin' },
];

const children: ChildProcess[] = PARTS.map(({ name, command, args, cwd }) => {
  const env = toolEnvironment({
    INIT_CWD: ROOT,
    PORT: SERVER_PORT,
    STREAMSTOCK_SERVER: `http://127.0.0.1:${SERVER_PORT}`,
  });
  const child = spawn(command, [...args], { cwd: `${ROOT}${cwd}`, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const show = (chunk: Buffer) => process.stdout.write(chunk.toString().replace(/^(?=.)/gm, `[${name}] `));
  child.stdout.on('data', show);
  child.stderr.on('data', show);
  child.on('exit', (code) => stop(code ?? 1));
  return child;
});

function stop(code: number): void {
  for (const child of children) child.kill('SIGTERM');
  process.exitCode = code;
}

process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));
console.log('store  http://localhost:5173/store/\nadmin  http://localhost:5174/admin/');
