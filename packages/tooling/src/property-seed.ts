// Set-up of every unit test: properties draw from one fixed seed, so that a build that fails fails again, and one that passed
// passes. STREAMSTOCK_PROPERTY_SEED=N draws from another; =random from a fresh one each time (`properties` does that for long).
import fc from 'fast-check';

export const PROPERTY_SEED = 20_261_121;

/** The seed that properties draw from; null: a fresh one for each. */
export function propertySeed(asked: string | undefined): number | null {
  if (asked === undefined || asked === '') return PROPERTY_SEED;
  if (asked === 'random') return null;
  const seed = Number(asked);
  if (!Number.isInteger(seed))
    throw new Error(`STREAMSTOCK_PROPERTY_SEED is "${asked}": it must be a whole number or "random".`);
  return seed;
}

const seed = propertySeed(process.env['STREAMSTOCK_PROPERTY_SEED']);
if (seed !== null) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
