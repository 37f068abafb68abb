// What people, scanners and other programs put into the fields of commands: mostly what fits, now and then garbage. For tests;
// decides nothing.
import fc from 'fast-check';
import { HYBRID_TIME_MAX } from '@streamstock/event-log';
import type { CommandContext, Decision } from '../decider.ts';
import { MONEY_MINOR_UNITS_MAX, QUANTITY_MAX } from '../limits.ts';
import { commandContext } from './command-context.ts';
import { minute, testId } from './make-event.ts';

/** A command with everything in it but where it is given. */
export type Deciding = (store: string | null) => Decision;

export interface AnyCommand {
  readonly name: string;
  readonly deciding: fc.Arbitrary<Deciding>;
}

/** Mostly what fits: a command with garbage in every field says little about each of them. */
const FITS = 15;
/** One document in so many is far too long. */
const LONG = 40;
const LONG_LINES = 1_001;

const badNumbers = fc.oneof(
  fc.constantFrom(0, -0, -1, 0.5, NaN, Infinity, -Infinity, 2 ** 53, 2 ** 53 + 2, -(2 ** 60), 1e300),
  fc.constantFrom(QUANTITY_MAX, QUANTITY_MAX + 1, MONEY_MINOR_UNITS_MAX, MONEY_MINOR_UNITS_MAX + 1),
  fc.constantFrom(HYBRID_TIME_MAX, HYBRID_TIME_MAX + 1),
  fc.double(),
);
const badTexts = fc.oneof(
  fc.constantFrom('', ' ', '<b>x</b>', '<script>', 'a\u0000b', 'a\nb', '\u202Etxt', '\ud800', 'a|b', '{}', '__proto__'),
  fc.constantFrom('x'.repeat(65), 'x'.repeat(201), 'é'.repeat(70_000), 'toString', 'constructor'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

function mostly<Value, Bad>(fitting: fc.Arbitrary<Value>, bad: fc.Arbitrary<Bad>): fc.Arbitrary<Value | Bad> {
  return fc.oneof({ weight: FITS, arbitrary: fitting }, { weight: 1, arbitrary: bad });
}

/** One of these texts, now and then any other. */
export const words = (...fitting: readonly string[]): fc.Arbitrary<string> =>
  mostly(fc.constantFrom(...fitting), badTexts);

export const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined, freq: 3 });

export const numbers = mostly(fc.integer({ min: 1, max: 6 }), badNumbers);
export const counts = mostly(fc.integer({ min: 0, max: 6 }), badNumbers);
export const times = mostly(fc.constantFrom(minute(1), minute(5), minute(9)), badNumbers);
export const items = words('feta', 'rice');
export const texts = words('feta', 'rice', 'F-1');
export const stores = words('lisboa', 'porto', 'braga');
/** Ids of nothing that is known. */
export const ids = words(testId('a'), testId('b'));
export const flags = fc.boolean();
export const money = fc.record({ minorUnits: numbers, scale: counts });
export const locations = fc.record({ latitudeMicrodegrees: numbers, longitudeMicrodegrees: numbers });

/** A few lines, or the same line 1,001 times. */
export function linesOf<Line>(line: fc.Arbitrary<Line>): fc.Arbitrary<Line[]> {
  return fc.oneof(
    { weight: LONG - 1, arbitrary: fc.array(line, { maxLength: 3 }) },
    { weight: 1, arbitrary: line.map((one) => Array.from({ length: LONG_LINES }, () => one)) },
  );
}

/** What is said with any command. */
const options = fc.record({ occurredAt: times, causationId: ids, correlationId: ids }, { requiredKeys: [] });

/** `decide` as its caller knows it: TypeScript keeps a program from handing over what does not fit, nothing else does. */
export function command<Command>(
  decide: (command: Command, context: CommandContext) => Decision,
  fields: fc.Arbitrary<object>,
  name: string = decide.name,
): AnyCommand {
  const deciding = fc.tuple(fields, options).map(
    ([own, said]): Deciding =>
      (store) =>
        decide({ ...own, ...said } as Command, commandContext({ store })),
  );
  return { name, deciding };
}
