// Codes that were scanned and that no item has: kept on the device until someone deals with them, so that no scan is lost.
// Owns their list and its stored shape; each tab writes its own part.
import type { Json, LocalWrite } from '@streamstock/event-log';
import { fieldsOf, isInteger, isText, listOf } from './stored-shape.ts';
import { SEATS } from './tab-seat.ts';

/** Codes each tab keeps; past it the oldest gives way (the newest scan is the one in somebody's hand). */
export const UNKNOWN_CODES_MAX = 50;

const CODE_CHARACTERS_MAX = 128;

export interface UnknownCode {
  readonly code: string;
  readonly atMs: number;
  readonly times: number;
}

interface Values {
  getLocal(keys: readonly string[]): Promise<(Json | undefined)[]>;
  putLocal(writes: readonly LocalWrite[]): Promise<void>;
}

const keyOf = (seat: number) => `unknown-codes-${seat}`;

function parse(value: Json | undefined): readonly UnknownCode[] {
  return listOf(value, UNKNOWN_CODES_MAX, readCode) ?? [];
}

function readCode(value: unknown): UnknownCode | null {
  const { code, atMs, times } = fieldsOf(value) ?? {};
  if (!isText(code, CODE_CHARACTERS_MAX) || code === '' || !isInteger(atMs) || !isInteger(times)) return null;
  return { code, atMs, times };
}

export class UnknownCodes {
  readonly #values: Values;
  readonly #seat: number | null;

  constructor(values: Values, seat: number | null) {
    this.#values = values;
    this.#seat = seat;
  }

  /** Newest first, over all tabs, each code once. */
  async list(): Promise<UnknownCode[]> {
    const stored = (await this.#values.getLocal(SEATS.map(keyOf))).flatMap(parse);
    const byCode = Map.groupBy(stored, ({ code }) => code);
    const merged = [...byCode].map(([code, list]) => ({
      code,
      atMs: Math.max(...list.map(({ atMs }) => atMs)),
      times: list.reduce((sum, { times }) => sum + times, 0),
    }));
    return merged.sort((a, b) => b.atMs - a.atMs);
  }

  /** Resolves when the code is on disk. */
  async keep(code: string, atMs: number): Promise<void> {
    const key = keyOf(this.#seat ?? 0);
    const [value] = await this.#values.getLocal([key]);
    const known = parse(value);
    const times = (known.find((other) => other.code === code)?.times ?? 0) + 1;
    const list = [{ code, atMs, times }, ...known.filter((other) => other.code !== code)].slice(0, UNKNOWN_CODES_MAX);
    await this.#values.putLocal([{ key, value: list.map((one) => ({ ...one })) }]);
  }

  async forget(codes: readonly string[]): Promise<void> {
    const keys = SEATS.map(keyOf);
    const stored = await this.#values.getLocal(keys);
    const writes = keys.flatMap((key, index): LocalWrite[] => {
      const list = parse(stored[index]);
      const left = list.filter(({ code }) => !codes.includes(code));
      if (left.length === list.length) return [];
      return [{ key, value: left.length === 0 ? undefined : left.map((one) => ({ ...one })) }];
    });
    if (writes.length > 0) await this.#values.putLocal(writes);
  }
}
