// One seeded run of the central log on SQLite beside the one in memory: pushes good and bad, rulings, projections, while the
// disk fails at any statement, the process dies at any statement, and files are opened again. After every step both must
// have answered alike and hold the same.
//
// 1. A call that resolved is in the file, whole, and answered as the naive log answers; also for a reader beside the writer.
// 2. A call that rejected wrote nothing. Of one whose process died, all or nothing is in the file.
// 3. At the end the chains are whole; and where a byte is changed on the disk, `verify` says so.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { JUDGEMENTS_TABLE, MemoryCentralLog, type CentralLog, type Projector } from '@streamstock/event-log';
import { READ_ALL, START_MS, sumProjector, testSeal } from '@streamstock/event-log/testing/central-fixtures';
import { Draw } from '@streamstock/event-log/testing/draw';
import { openSqliteCentralLog } from '../sqlite-central-log.ts';
import { newEpoch, nextCall, type Call } from './central-calls.ts';
import { CentralWorld } from './central-world.ts';
import { copyLog, InjectedFault, SqliteFaults } from './sqlite-faults.ts';

/** Files in memory: a process that dies can not tell the difference, and a thousand syncs a second are saved. */
const FILES_FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const IDENTITY = { epoch: 'epoch-1', writer: 'centre-1' };
const STEPS_MIN = 8;
const STEPS_MORE = 11;
/** Statements of a call within which a fault strikes; some calls run fewer, then it does not strike. */
const STATEMENTS_MAX = 24;
const ROWS_MAX = 10_000;

export interface StorageRun {
  readonly calls: number;
  /** Kind → how often it struck. */
  readonly faults: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

/** Every hash of every chain, and how far projectors were fed, is looked at after faults and at the end. */
type Extent = 'all' | 'quick';

type Answer = { readonly answer: unknown } | { readonly error: string };

export interface StorageRunOptions {
  /** Ends after so many steps. */
  readonly stepsMax?: number;
  /** Plants a bug: what the run talks to instead of the log itself. */
  readonly plant?: (log: CentralLog) => CentralLog;
}

export async function runCentralStorage(seed: number, options: StorageRunOptions = {}): Promise<StorageRun> {
  const run = new Run(seed, options.plant ?? ((log) => log));
  try {
    return await run.all(options.stepsMax ?? Number.POSITIVE_INFINITY);
  } finally {
    await run.dispose();
  }
}

class Run {
  readonly #draw: Draw;
  readonly #world: CentralWorld;
  readonly #folder = mkdtempSync(join(FILES_FOLDER, 'streamstock-storage-'));
  readonly #injector = new SqliteFaults();
  #files = 0;
  #naive = new MemoryCentralLog({ ...IDENTITY, seal: testSeal });
  readonly #plant: (log: CentralLog) => CentralLog;
  #real: CentralLog;
  #backups = 0;
  #backup: { readonly file: string; readonly naive: MemoryCentralLog } | null = null;
  #version = 1;
  #calls = 0;
  readonly #faults: Record<string, number> = {};
  readonly #problems: string[] = [];

  constructor(seed: number, plant: (log: CentralLog) => CentralLog) {
    this.#plant = plant;
    this.#draw = new Draw(seed);
    this.#world = new CentralWorld(this.#draw, seed);
    this.#real = this.#open();
  }

  async dispose(): Promise<void> {
    this.#injector.disarm();
    this.#injector.dispose();
    await this.#real.close().catch(() => undefined);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #path(): string {
    return join(this.#folder, `log-${this.#files}.db`);
  }

  #open(): CentralLog {
    // The naive log's own writer was enrolled at 0.
    const options = { path: this.#path, seal: testSeal, newIdentity: IDENTITY, nowMs: 0 };
    return this.#plant(openSqliteCentralLog({ ...options, mode: 'write' }));
  }

  async all(stepsMax: number): Promise<StorageRun> {
    const steps = Math.min(stepsMax, STEPS_MIN + this.#draw.below(STEPS_MORE));
    for (let step = 0; step < steps && this.#problems.length === 0; step += 1) await this.#nextStep();
    if (this.#problems.length === 0) await this.#checkTheEnd();
    return { calls: this.#calls, faults: this.#faults, problems: this.#problems };
  }

  /** The read models' makers: one that folds everything, one that stumbles over an event now and then. */
  #projectors(): readonly Projector[] {
    return [sumProjector(this.#version), sumProjector(1, { name: 'late' })];
  }

  async #nextStep(): Promise<void> {
    const draw = this.#draw;
    const dice = draw.below(100);
    if (dice < 5) return await this.#reopen();
    if (dice < 10) return await this.#backUp();
    if (dice < 14) return await this.#restore();
    if (dice < 17) this.#version += 1;
    const call = await nextCall(this.#world, this.#naive, this.#projectors());
    if (dice < 60) return await this.#step(call);
    if (dice < 78) {
      this.#injector.arm(draw.below(STATEMENTS_MAX));
      return await this.#step(call, 'disk failed');
    }
    const image = { from: this.#path, to: join(this.#folder, `log-${this.#files + 1}.db`) };
    this.#injector.arm(draw.below(STATEMENTS_MAX), { image, after: draw.chance(0.5) });
    await this.#step(call, 'process died');
  }

  async #reopen(): Promise<void> {
    this.#count('opened again');
    await this.#real.close();
    this.#real = this.#open();
    await this.#compare('opening again', [this.#naive]);
  }

  /** A copy of the files as they lie there, beside the running log. */
  async #backUp(): Promise<void> {
    this.#backups += 1;
    const file = join(this.#folder, `backup-${this.#backups}.db`);
    copyLog(this.#path, file);
    this.#backup = { file, naive: this.#naive.clone() };
  }

  /** The server comes back with an old copy, and begins a new epoch on it. */
  async #restore(): Promise<void> {
    if (this.#backup === null) return;
    this.#count('restored');
    const { file, naive } = this.#backup;
    const epochs = (await this.#naive.epochs()).length;
    await this.#real.close();
    this.#files += 1;
    copyLog(file, this.#path);
    this.#real = this.#open();
    this.#naive = naive.clone();
    await this.#step({ name: 'restore', run: async (log) => await newEpoch(log, epochs + 1) });
  }

  async #step(call: Call, fault: 'disk failed' | 'process died' | null = null): Promise<void> {
    this.#calls += 1;
    const real = await answerOf(call, this.#real);
    const struck = this.#injector.disarm();
    if (!struck) {
      const naive = await answerOf(call, this.#naive);
      if (!isDeepStrictEqual(real, naive)) {
        this.#problems.push(
          `${call.name}: ${JSON.stringify(real).slice(0, 600)} instead of ${JSON.stringify(naive).slice(0, 600)}`,
        );
        return;
      }
      if (call.name !== 'look') await this.#compare(call.name, [this.#naive], 'quick');
      return;
    }
    this.#count(fault ?? 'none');
    if (!('error' in real && real.error.startsWith(InjectedFault.name))) {
      this.#problems.push(`${call.name}: the disk failed, and it answered ${JSON.stringify(real).slice(0, 300)}`);
      return;
    }
    const after = this.#naive.clone();
    if (fault === 'process died') {
      await this.#real.close().catch(() => undefined);
      this.#files += 1;
      this.#real = this.#open();
      await answerOf(call, after);
    }
    await this.#compare(`${call.name}, ${fault}`, fault === 'process died' ? [this.#naive, after] : [this.#naive]);
  }

  #count(kind: string): void {
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
  }

  /** Takes the first of the naive logs that holds what the real one holds. */
  async #compare(what: string, candidates: readonly MemoryCentralLog[], extent: Extent = 'all'): Promise<void> {
    const real = await this.#contents(this.#real, extent);
    for (const candidate of candidates) {
      if (!isDeepStrictEqual(await this.#contents(candidate, extent), real)) continue;
      this.#naive = candidate;
      return;
    }
    const naive = await this.#contents(candidates[0] ?? this.#naive, extent);
    const parts = Object.keys(real).filter((part) => !isDeepStrictEqual(real[part], naive[part]));
    const shown = parts.map(
      (part) =>
        `${part}: ${JSON.stringify(real[part]).slice(0, 500)} instead of ${JSON.stringify(naive[part]).slice(0, 500)}`,
    );
    this.#problems.push(`after ${what} the logs differ in ${shown.join('; ')}`);
  }

  /** Everything that the port shows. */
  async #contents(log: CentralLog, extent: Extent = 'all'): Promise<Record<string, unknown>> {
    const devices = (await log.devices()).toSorted((a, b) => (a.device < b.device ? -1 : 1));
    const chains = (extent === 'all' ? devices : []).map(async ({ device, accepted }) => {
      return await log.deviceHashesAt(
        device,
        Array.from({ length: accepted.seq + 2 }, (_, seq) => seq),
      );
    });
    const tables = [JUDGEMENTS_TABLE, 'sum-by-store', 'sum-counted', 'late-by-store', 'late-counted'];
    const parts: Record<string, unknown> = {
      head: await log.head(),
      lines: await log.read(0, READ_ALL),
      devices,
      epochs: await log.epochs(),
      holes: await log.holes(ROWS_MAX),
      chains: await Promise.all(chains),
      keptAside: await log.keptAside(ROWS_MAX),
      deadLetters: await log.deadLetters(),
      progress: extent === 'all' ? await progressOf(log) : null,
      tables: await Promise.all(tables.map(async (table) => await log.tables.range(table, { rowsMax: ROWS_MAX }))),
    };
    return JSON.parse(JSON.stringify(parts)) as Record<string, unknown>;
  }

  async #checkTheEnd(): Promise<void> {
    await this.#projectToTheHead();
    await this.#compareWithReader();
    const faults = await this.#real.verify();
    if (faults.length > 0) this.#problems.push(`the chains are not whole: ${JSON.stringify(faults.slice(0, 3))}`);
    await this.#checkThatDamageIsSeen();
  }

  async #projectToTheHead(): Promise<void> {
    for (const log of [this.#real, this.#naive]) {
      for (let steps = 0; ; steps += 1) {
        const { checkpoint, head } = await log.project(this.#projectors(), ROWS_MAX);
        if (checkpoint === head) break;
        if (steps > 100) throw new Error('The projectors never reach the head.');
      }
    }
    await this.#compare('projecting to the head', [this.#naive]);
    // Law 5: what is stored is what folding anew gives; but another version is given what this one goes on without.
    if ((await this.#naive.deadLetters()).length > 0) return;
    const anew = this.#naive.clone();
    this.#version += 1;
    const stored = (await this.#contents(this.#real))['tables'];
    while (!(await isAtHead(anew, this.#projectors()))) continue;
    const folded = (await this.#contents(anew))['tables'];
    if (!isDeepStrictEqual(stored, folded)) this.#problems.push('stored is not what folding anew gives');
  }

  async #compareWithReader(): Promise<void> {
    const reader = openSqliteCentralLog({ path: this.#path, mode: 'read', nowMs: START_MS });
    const same = isDeepStrictEqual(await this.#contents(reader), await this.#contents(this.#real));
    await reader.close();
    if (!same) this.#problems.push('a reader beside the writer sees something else');
  }

  /** One character of one stored line, in a copy of the file. */
  async #checkThatDamageIsSeen(): Promise<void> {
    const { position: head } = await this.#real.head();
    if (head === 0) return;
    const position = 1 + this.#draw.below(head);
    const copy = join(this.#folder, 'damaged.db');
    copyLog(this.#path, copy);
    const database = new DatabaseSync(copy);
    database
      .prepare(`UPDATE events SET line = replace(line, '"payload"', '"Payload"') WHERE position = ?`)
      .run(position);
    database.close();
    const damaged = openSqliteCentralLog({ path: copy, mode: 'read', nowMs: START_MS });
    const faults = await damaged.verify();
    await damaged.close();
    this.#count('byte changed');
    if (faults.length === 0) this.#problems.push(`nobody notices a changed byte at position ${position}`);
  }
}

/** How far each projector was fed: what no table shows. */
async function progressOf(log: CentralLog): Promise<unknown> {
  const view = await log.view();
  const progress = view.progress.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  await view.close();
  return progress;
}

async function isAtHead(log: CentralLog, projectors: readonly Projector[]): Promise<boolean> {
  const { checkpoint, head } = await log.project(projectors, ROWS_MAX);
  return checkpoint === head;
}

async function answerOf(call: Call, log: CentralLog): Promise<Answer> {
  try {
    const answer: unknown = await call.run(log);
    return { answer: answer === undefined ? null : (JSON.parse(JSON.stringify(answer)) as unknown) };
  } catch (error) {
    // What happened; what to do about it may be said in other words.
    return { error: error instanceof Error ? `${error.name}: ${error.message.split('.')[0]}` : String(error) };
  }
}
