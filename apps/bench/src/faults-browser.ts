// `pnpm faults --tier browser`: real Chromium on a profile on disk, killed again and again. Owns its arguments and words; the
// browser is driven beside the browser tests.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { printJson, type FaultsCommand, type FaultsRequest } from './faults-command.ts';

const SCRIPT = fileURLToPath(new URL('../../../e2e/src/browser-kills-main.ts', import.meta.url));
const KILLS = 20;

/** What the script prints. */
interface BrowserReport {
  readonly kills: number;
  readonly saved: number;
  readonly lost: number;
  readonly doubled: number;
  readonly unseen: { readonly kept: number; readonly gone: number };
  /** On the clock; two tills share the machine. */
  readonly msPerKill: number;
  /** Of one till, per kill. */
  readonly times: {
    readonly launchMs: number;
    readonly shownMs: number;
    readonly salesMs: number;
    readonly killMs: number;
  };
  readonly problems: readonly string[];
  readonly scenarios: Readonly<Record<string, string>>;
}

export const BROWSER_TIER: FaultsCommand = {
  name: 'browser',
  help: `
  pnpm faults --tier browser [--kills N] [--json]
      Kills Chromium N times (default ${KILLS}) with SIGKILL, right after the screen of the store app said Saved, between the
      tap and that, or while it starts, with and without a network, and starts it again on the same profile; two tills at a
      time; besides: two tabs, a frozen tab, a network that goes and comes back, an upgrade under an open tab. Needs a built
      product. Exit code 1 if a screen or head office shows anything else than what was called saved.`.slice(1),
  options: { kills: 'string' },
  run: async (request) => await browserTier(request),
};

async function browserTier(request: FaultsRequest): Promise<number> {
  const kills = request.count('kills', KILLS);
  console.log(`Browser tier: ${kills} times SIGKILL to Chromium, and scenarios of tabs.`);
  const report = await runScript(kills, (text) => request.progress(text));
  const { problems, scenarios, unseen, times, ...figures } = report;
  for (const problem of problems) console.log(`  - ${problem}`);
  for (const [name, outcome] of Object.entries(scenarios)) console.log(`  ${name}: ${outcome}`);
  console.log(
    `${report.kills} kills, ${report.saved} sales that the screen called saved: ${report.lost} lost, ${report.doubled} doubled. Of ${unseen.kept + unseen.gone} sales whose end nobody saw ${unseen.kept} were kept, the others were not, all whole.`,
  );
  console.log(
    `\n${(report.msPerKill / 1_000).toFixed(1)} s a kill. Of one till: ${times.launchMs} ms until Chromium runs, ${times.shownMs} ms until the figure is on the screen, ${times.salesMs} ms to scan and sell, ${times.killMs} ms from the last tap until the process is gone.`,
  );
  const failed = Object.values(scenarios).filter((outcome) => outcome !== 'passed').length;
  const violations = problems.length + failed + report.lost + report.doubled;
  console.log(violations === 0 ? 'Nothing was wrong.' : 'Something was wrong.');
  if (request.json) {
    const all = { ...figures, ...times, unseenKept: unseen.kept, unseenGone: unseen.gone, violations };
    printJson({ name: 'faults', tier: 'browser', figures: all, scenarios });
  }
  return violations === 0 ? 0 : 1;
}

/** The object on the last line; what it says on the way goes to whoever watches. */
async function runScript(kills: number, progress: (text: string) => void): Promise<BrowserReport> {
  const child = spawn(process.execPath, [SCRIPT, String(kills)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
    progress(chunk.toString().trim());
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`The browser part ended with ${code}:\n${out}${errors}`);
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as BrowserReport;
}
