// The process tier in short: the real server, killed under load, as `pnpm faults --tier process` does it.
import { expect, it } from 'vitest';
import { runKills } from './faults-process-run.ts';
import { CentreProcess, ProductProcess } from './faults-process-servers.ts';

const SERVERS = [
  ['log, engine and sockets', 6, () => new CentreProcess()],
  ['the whole product', 2, () => new ProductProcess()],
] as const;

it.each(SERVERS)(
  'C1 %s: what was acknowledged outlives SIGKILL, once, and every device goes on',
  { timeout: 180_000 },
  async (_name, kills, newServer) => {
    const run = await runKills(newServer(), kills, 1);
    expect(run.problems).toEqual([]);
    expect(run).toMatchObject({ kills, lost: 0 });
    // A run in which nothing was ever acknowledged proves nothing; how much more there is depends on the machine.
    expect(run.acknowledged).toBeGreaterThanOrEqual(kills);
  },
);
