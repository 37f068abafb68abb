// How much `bench sockets` does: the form the product is held to, or a smaller one that finds out why. Reads the options.
import { parseArgs } from 'node:util';
import { BenchmarkProblem } from './benchmark.ts';
import type { TradeRun } from './sockets-devices.ts';

export interface SocketsPlan {
  readonly stores: number;
  readonly devicesPerStore: number;
  readonly stalled: number;
  readonly run: TradeRun;
  /** Where profiles of both processes go; null: none are made, which is what figures are taken with. */
  readonly profile: string | null;
}

export const SOCKETS_OPTIONS =
  '--stores 1000 --devices-per-store 10 --stalled 50 --events-per-second 1000 --seconds 30 --profile FOLDER';

export function readSocketsPlan(args: readonly string[]): SocketsPlan {
  const { values } = parsed(args);
  return {
    stores: wholeNumber('stores', values.stores),
    devicesPerStore: wholeNumber('devices-per-store', values['devices-per-store']),
    stalled: wholeNumber('stalled', values.stalled),
    run: {
      eventsPerSecond: wholeNumber('events-per-second', values['events-per-second']),
      seconds: wholeNumber('seconds', values.seconds),
    },
    profile: values.profile ?? null,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stores: { type: 'string', default: '1000' },
        'devices-per-store': { type: 'string', default: '10' },
        stalled: { type: 'string', default: '50' },
        'events-per-second': { type: 'string', default: '1000' },
        seconds: { type: 'string', default: '30' },
        profile: { type: 'string' },
      },
    });
  } catch (error) {
    throw new BenchmarkProblem(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, said: string): number {
  const value = Number(said);
  if (!Number.isInteger(value) || value < 0) throw new BenchmarkProblem(`--${name} is a whole number, not ${said}.`);
  return value;
}
