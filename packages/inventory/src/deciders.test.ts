// What holds for every command, whatever is typed, pasted or scanned into it.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { complaint, everyCommand } from './testing/any-command.ts';
import { propertyRuns } from './testing/runs.ts';

/** Tries of each command: half as many as of a whole history. */
const tries = propertyRuns / 2;
/** Of the tries, so many at least are accepted, and so many refused: else the generator says nothing of one of the two. */
const EACH_WAY_MIN = 0.05;

it.each(await everyCommand())(
  'R45 R47 $name never throws; it refuses with a code and words, or yields events that every log takes',
  { timeout: 600_000 },
  ({ deciding }) => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(deciding, fc.constantFrom('lisboa', 'lisboa', 'porto', null), (decide, store) => {
        const decision = decide(store);
        seen[decision.ok ? 'accepted' : 'refused'] += 1;
        expect(complaint(decision)).toBeNull();
      }),
      { numRuns: tries },
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(tries * EACH_WAY_MIN);
  },
);
