// Faults on SQLite's connection: from a chosen statement on it fails, as it does when the disk does; and at that moment the
// files are copied, as a process that is killed there leaves them. One log at a time: what is armed strikes whoever comes next.
import { copyFileSync, existsSync } from 'node:fs';
import { DatabaseSync, StatementSync } from 'node:sqlite';

/** The disk failed; the statement was not run. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

interface Armed {
  /** Statements that go well before it strikes. */
  left: number;
  readonly image: { readonly from: string; readonly to: string } | null;
  /** Everything of the writing connection fails from the first strike until it is disarmed. */
  struck: boolean;
  /** The connection that began to write; others are left alone. */
  writer: DatabaseSync | null;
  /** The statement runs first, and only its answer is lost. */
  readonly after: boolean;
}

const COPIED = ['', '-wal'];

export class SqliteFaults {
  readonly #run: StatementSync['run'];
  readonly #exec: DatabaseSync['exec'];
  #armed: Armed | null = null;

  constructor() {
    this.#run = Reflect.get(StatementSync.prototype, 'run') as StatementSync['run'];
    this.#exec = Reflect.get(DatabaseSync.prototype, 'exec') as DatabaseSync['exec'];
    const [run, exec] = [this.#run, this.#exec];
    const guarded = <Result>(statement: () => Result): Result => this.#guard(statement);
    const isWriters = (database: DatabaseSync, sql: string): boolean => this.#isWriters(database, sql);
    StatementSync.prototype.run = function (this: StatementSync, ...parameters: unknown[]) {
      return guarded(() => Reflect.apply(run, this, parameters) as ReturnType<StatementSync['run']>);
    } as StatementSync['run'];
    DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
      const statement = (): void => {
        Reflect.apply(exec, this, [sql]);
      };
      if (isWriters(this, sql)) guarded(statement);
      else statement();
    };
  }

  /** `image`: where the log's file is, and where its copy goes. `after`: the statement is run, and nobody hears of it. */
  arm(afterStatements: number, options: { readonly image?: Armed['image']; readonly after?: boolean } = {}): void {
    this.#armed = {
      left: afterStatements,
      image: options.image ?? null,
      after: options.after ?? false,
      struck: false,
      writer: null,
    };
  }

  /** Whether it struck. */
  disarm(): boolean {
    const struck = this.#armed?.struck ?? false;
    this.#armed = null;
    return struck;
  }

  dispose(): void {
    StatementSync.prototype.run = this.#run;
    DatabaseSync.prototype.exec = this.#exec;
  }

  #isWriters(database: DatabaseSync, sql: string): boolean {
    if (this.#armed === null) return false;
    if (sql === 'BEGIN IMMEDIATE') this.#armed.writer = database;
    // A transaction that failed must still be taken back.
    return this.#armed.writer === database && sql !== 'ROLLBACK';
  }

  #guard<Result>(statement: () => Result): Result {
    const armed = this.#armed;
    if (armed === null) return statement();
    if (armed.struck) throw new InjectedFault('The disk does not answer any more.');
    if (armed.left > 0) {
      armed.left -= 1;
      return statement();
    }
    armed.struck = true;
    try {
      if (armed.after) statement();
    } finally {
      // Also where the statement was refused (a row that stands there already): the process dies all the same.
      if (armed.image !== null) copyLog(armed.image.from, armed.image.to);
    }
    throw new InjectedFault('The disk failed.');
  }
}

/** The file and its write-ahead log, as they are on the disk at this moment. */
export function copyLog(from: string, to: string): void {
  for (const end of COPIED) if (existsSync(from + end)) copyFileSync(from + end, to + end);
}
