// Boundaries between packages, by dependency-cruiser, and proof that the tool still fires: a small house with a forbidden
// import must be reported, and a minimum of modules must have been read (a tool that reads nothing finds nothing).
import { join } from 'node:path';
import { ROOT, run } from './run.ts';

const MODULES_MIN = 60;
const CANARY_HOUSE = 'packages/tooling/canary';
const CANARY_RULE = 'event-log-imports-no-package';
const CONFIG = join(ROOT, '.dependency-cruiser.json');

/** What is wrong with the boundaries, or with the tool that watches them; empty when all is well. */
export async function boundaryProblems(): Promise<string> {
  const house = await run('depcruise', ['--config', CONFIG, 'packages', 'apps', 'e2e'], { show: 'never' });
  if (house.code !== 0) return house.output;
  const modules = Number(/\((\d+) modules/.exec(house.output)?.[1] ?? 0);
  if (modules < MODULES_MIN) {
    return `dependency-cruiser read only ${modules} modules; at least ${MODULES_MIN} are here.`;
  }
  const canary = await run('depcruise', ['--config', CONFIG, 'packages'], {
    show: 'never',
    cwd: join(ROOT, CANARY_HOUSE),
  });
  const fired = canary.code !== 0 && canary.output.includes(CANARY_RULE);
  return fired ? '' : `The forbidden import in ${CANARY_HOUSE} was not reported:\n${canary.output}`;
}
