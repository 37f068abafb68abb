// `pnpm faults --tier process`: the real server, killed again and again under load. Owns its arguments and words, and how the
// kills are shared out.
import { printJson, type FaultsCommand, type FaultsRequest } from './faults-command.ts';
import { runKills, type KillRun } from './faults-process-run.ts';
import { CentreProcess, ProductProcess, type KillableServer } from './faults-process-servers.ts';

const KILLS = 100;
/** Kills of one data folder; then a fresh one, or its growth would be all that is waited for. */
const KILLS_PER_FOLDER = 25;
/** One folder in so many is served by the whole product. */
const PRODUCT_EVERY = 5;

export const PROCESS_TIER: FaultsCommand = {
  name: 'process',
  help: `
  pnpm faults --tier process [--kills N] [--from S] [--json]
      Kills the server process N times (default ${KILLS}) with SIGKILL at random moments, also while it starts, on a real data
      folder and under the load of four real device engines that write all the time. One kill in ${PRODUCT_EVERY} hits the whole
      product (streamstock serve), the others log, engine and sockets alone. Exit code 1 if anything that was acknowledged
      is not there exactly once, a chain is broken, or a device does not come back.`.slice(1),
  options: { kills: 'string' },
  run: async (request) => await killTier(request),
};

async function killTier(request: FaultsRequest): Promise<number> {
  const kills = request.count('kills', KILLS);
  const from = request.count('from', 1);
  // So that whoever stops this stops the servers too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  console.log(`Process tier: ${kills} times SIGKILL.`);
  const beganMs = performance.now();
  const total = { kills: 0, productKills: 0, saved: 0, acknowledged: 0, lost: 0, problems: [] as string[] };
  for (let folder = 0; total.kills < kills; folder += 1) {
    const isProduct = folder % PRODUCT_EVERY === 0;
    const server: KillableServer = isProduct ? new ProductProcess() : new CentreProcess();
    const wanted = Math.min(KILLS_PER_FOLDER, kills - total.kills);
    let done = total.kills;
    const run = await runKills(server, wanted, from + folder, () =>
      request.progress(`${(done += 1)} of ${kills} kills`),
    );
    add(total, run);
    if (isProduct) total.productKills += run.kills;
    const what = isProduct ? 'the whole product' : 'log, engine and sockets';
    console.log(
      `  ${total.kills} kills; the last ${run.kills} of ${what}: ${run.acknowledged} acknowledged, ${run.lost} lost`,
    );
    for (const problem of run.problems) console.log(`  - ${problem}`);
    if (run.problems.length > 0) break;
  }
  const elapsedMs = performance.now() - beganMs;
  const { problems, ...figures } = total;
  console.log(
    `\n${total.kills} kills (${total.productKills} of the whole product), ${total.saved} saved events, ${total.acknowledged} of them acknowledged before the last kill of their folder, ${total.lost} lost.`,
  );
  console.log(problems.length === 0 ? 'Nothing was wrong.' : 'Something was wrong.');
  if (request.json) {
    const msPerKill = Math.round(elapsedMs / total.kills);
    printJson({ name: 'faults', tier: 'process', figures: { ...figures, violations: problems.length, msPerKill } });
  }
  return problems.length === 0 ? 0 : 1;
}

function add(
  total: { kills: number; saved: number; acknowledged: number; lost: number; problems: string[] },
  run: KillRun,
): void {
  total.kills += run.kills;
  total.saved += run.saved;
  total.acknowledged += run.acknowledged;
  total.lost += run.lost;
  total.problems.push(...run.problems);
}
