// Runs the kills and the scenarios of the browser tier; prints what came of them as one JSON line. Arguments: how many kills.
import { runBrowserKills } from './browser-kills.ts';
import { runTabScenarios } from './browser-scenarios.ts';

const kills = Number(process.argv[2] ?? '20');
const scenarios = await runTabScenarios();
const result = await runBrowserKills(kills, (kill) => process.stderr.write(`${kill} of ${kills} kills\n`));
console.log(JSON.stringify({ ...result, scenarios }));
