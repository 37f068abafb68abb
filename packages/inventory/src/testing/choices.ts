// A source of choices for generators: seeded for simulators, a tape of numbers for property tests (a shorter tape is a
// simpler history, so shrinking works by itself). Owns nothing else.

/** `int(limit)`: a whole number from 0 to limit − 1. */
export interface Choices {
  int(limit: number): number;
}

/** A small seeded generator (mulberry32): the same seed, the same choices, on every machine. */
export function seededChoices(seed: number): Choices {
  let state = seed >>> 0;
  return {
    int(limit) {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = state;
      mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
    },
  };
}

/** Choices read from a tape; when it ends, always 0. */
export function tapeChoices(tape: readonly number[]): Choices & { readonly left: () => number } {
  let next = 0;
  return {
    int(limit) {
      const value = tape[next] ?? 0;
      next += 1;
      return value % limit;
    },
    left: () => tape.length - next,
  };
}

export function pick<Value>(choices: Choices, values: readonly [Value, ...Value[]]): Value {
  return values[choices.int(values.length)] ?? values[0];
}

/** True `percent` times in 100. */
export function chance(choices: Choices, percent: number): boolean {
  return choices.int(100) >= 100 - percent;
}

export function shuffled<Value>(choices: Choices, values: readonly Value[]): Value[] {
  const result = [...values];
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = index - choices.int(index + 1);
    const here = result[index] as Value;
    result[index] = result[other] as Value;
    result[other] = here;
  }
  return result;
}

/** Cuts a list into runs of 1 to `longest`. */
export function inBatches<Value>(choices: Choices, values: readonly Value[], longest: number): Value[][] {
  const batches: Value[][] = [];
  for (let from = 0; from < values.length;) {
    const length = 1 + choices.int(longest);
    batches.push(values.slice(from, from + length));
    from += length;
  }
  return batches;
}
