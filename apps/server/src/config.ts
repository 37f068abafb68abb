// The one place of configuration: reads the environment once, at start, and refuses what it can not use with a message that
// names the variable. Everything else gets its values passed. docs/operations.md lists the variables for operators.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';

export const REPOSITORY_ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface ServerConfig {
  /** Absolute. Holds the log, the directory, the keys and the lock. */
  readonly dataFolder: string;
  /** 0: the operating system picks one. */
  readonly port: number;
  readonly host: string;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** How people reach the server, when that differs from host and port (a proxy, a name); an origin without path. */
  readonly publicUrl: string | null;
  readonly logLevel: LogLevel;
  /** Built web apps; absolute. */
  readonly storeDist: string;
  readonly adminDist: string;
}

/** The environment can not be used: says which variable, and what it should be. */
class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem';
}

const File = z.string().check(z.minLength(1), z.refine(existsSync, 'there is no such file'));

const Environment = z.object({
  STREAMSTOCK_DATA: z.optional(z.string().check(z.minLength(1))),
  PORT: z._default(
    z
      .string()
      .check(z.refine((port) => /^\d{1,5}$/.test(port) && Number(port) <= 65_535, 'must be a number from 0 to 65535')),
    '8787',
  ),
  HOST: z._default(
    z.string().check(z.regex(/^[0-9A-Za-z.:_-]{1,253}$/, 'must be a host name or an address')),
    '127.0.0.1',
  ),
  TLS_CERT: z.optional(File),
  TLS_KEY: z.optional(File),
  STREAMSTOCK_URL: z.optional(
    z.string().check(z.refine(isOrigin, 'must be an origin such as https://stock.example.org, without a path')),
  ),
  STREAMSTOCK_LOG: z._default(z.enum(logLevels, `must be one of ${logLevels.join(', ')}`), 'info'),
});

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === text.replace(/\/$/, '');
}

/**
 * Reads the environment. A relative `STREAMSTOCK_DATA` and TLS files count from where the person stood (`INIT_CWD`, which
 * package managers set; else the working directory); without it the data folder is `data` in the repository. Empty variables
 * count as absent. Throws `ConfigProblem`.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  workingDirectory: string,
): ServerConfig {
  const stoodAt = environment['INIT_CWD'] ?? workingDirectory;
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  for (const name of ['TLS_CERT', 'TLS_KEY'])
    if (given[name] !== undefined) given[name] = resolve(stoodAt, given[name]);
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new ConfigProblem(`The server can not start with this configuration: ${problems.join('; ')}.`);
  }
  const { TLS_CERT: certFile, TLS_KEY: keyFile, ...values } = parsed.data;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new ConfigProblem(
      'The server can not start with this configuration: TLS_CERT and TLS_KEY belong together, one of them is missing.',
    );
  }
  return {
    dataFolder:
      values.STREAMSTOCK_DATA === undefined
        ? resolve(REPOSITORY_ROOT, 'data')
        : resolve(stoodAt, values.STREAMSTOCK_DATA),
    port: Number(values.PORT),
    host: values.HOST,
    tls: certFile === undefined || keyFile === undefined ? null : { certFile, keyFile },
    publicUrl: values.STREAMSTOCK_URL === undefined ? null : new URL(values.STREAMSTOCK_URL).origin,
    logLevel: values.STREAMSTOCK_LOG,
    storeDist: resolve(REPOSITORY_ROOT, 'apps/store/dist'),
    adminDist: resolve(REPOSITORY_ROOT, 'apps/admin/dist'),
  };
}
