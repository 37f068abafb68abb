import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BURST_SETTINGS, IDLE, stepBurst, type Burst, type BurstSettings } from './burst.ts';

interface Typed {
  readonly key: string;
  readonly gapMs: number;
}

/** Runs keys through the machine as the page would: silence fires when a gap is long enough. */
function run(keys: readonly Typed[], inField: boolean, settings: BurstSettings = BURST_SETTINGS) {
  let burst: Burst = IDLE;
  let silenceAfterMs: number | null = null;
  let atMs = 1_000;
  const scans: string[] = [];
  /** What the page sees, scans and restored fields worked in. */
  let page = '';
  let beforeBurst = '';
  let endKeys = 0;
  const take = (step: ReturnType<typeof stepBurst>, passes: string) => {
    page += step.giveBack;
    if (step.remember) beforeBurst = page;
    if (step.scan !== null) {
      scans.push(step.scan);
      page = beforeBurst;
    }
    if (!step.swallow) page += passes;
    burst = step.burst;
    silenceAfterMs = step.silenceAfterMs;
  };
  const silence = () => take(stepBurst(burst, { kind: 'silence' }, settings), '');
  for (const { key, gapMs } of keys) {
    if (silenceAfterMs !== null && gapMs >= silenceAfterMs) silence();
    atMs += gapMs;
    if (key === 'Enter' || key === 'Tab') {
      const step = stepBurst(burst, { kind: 'end-key', atMs }, settings);
      take(step, '');
      if (!step.swallow) endKeys += 1;
    } else if (key.length > 1) take(stepBurst(burst, { kind: 'other-key', atMs }, settings), '');
    else take(stepBurst(burst, { kind: 'character', character: key, atMs, inField }, settings), key);
  }
  if (silenceAfterMs !== null) silence();
  return { scans, page, endKeys };
}

const typed = (text: string, gapMs: number): Typed[] => Array.from(text).map((key) => ({ key, gapMs }));
const ENTER: Typed = { key: 'Enter', gapMs: 8 };

describe('a scan', () => {
  it.each([true, false])('ends with Enter and leaves nothing on the page (in a field: %s)', (inField) => {
    expect(run([...typed('5601234567890', 8), ENTER], inField)).toEqual({
      scans: ['5601234567890'],
      page: '',
      endKeys: 0,
    });
  });

  it('ends with Tab, or with 80 ms of silence', () => {
    expect(run([...typed('5601234567890', 8), { key: 'Tab', gapMs: 8 }], true).scans).toEqual(['5601234567890']);
    expect(run(typed('5601234567890', 8), true)).toEqual({ scans: ['5601234567890'], page: '', endKeys: 0 });
  });

  it('swallows an Enter that trails a silence', () => {
    expect(run([...typed('5601234567890', 8), { key: 'Enter', gapMs: 150 }], true)).toEqual({
      scans: ['5601234567890'],
      page: '',
      endKeys: 0,
    });
  });

  it('follows typing without taking it along', () => {
    expect(run([...typed('oat', 150), { key: '5', gapMs: 200 }, ...typed('6012345', 8), ENTER], true)).toEqual({
      scans: ['56012345'],
      page: 'oat',
      endKeys: 0,
    });
  });

  it('follows a scan at once', () => {
    expect(run([...typed('11112222', 8), ENTER, ...typed('33334444', 8), ENTER], true).scans).toEqual([
      '11112222',
      '33334444',
    ]);
  });

  it('needs four characters', () => {
    expect(run([...typed('123', 8), ENTER], true)).toEqual({ scans: [], page: '123', endKeys: 1 });
    expect(run([...typed('1234', 8), ENTER], true).scans).toEqual(['1234']);
  });

  it('is not a fast typist: a mean gap over 35 ms is typing', () => {
    expect(run([...typed('1234567', 45), ENTER], true)).toEqual({ scans: [], page: '1234567', endKeys: 1 });
    expect(run([...typed('1234567', 34), ENTER], true).scans).toEqual(['1234567']);
  });

  it('is broken by any other key, and what was held back comes out', () => {
    expect(run([...typed('123', 8), { key: 'Backspace', gapMs: 8 }, ...typed('45', 200)], false).page).toBe('12345');
  });
});

describe('a prefix', () => {
  const settings: BurstSettings = { ...BURST_SETTINGS, prefix: '~' };
  it('beats timing', () => {
    expect(run([{ key: '~', gapMs: 0 }, ...typed('AB', 300), ENTER], true, settings)).toEqual({
      scans: ['AB'],
      page: '',
      endKeys: 0,
    });
  });
});

describe('typing', () => {
  it('is never lost, doubled or reordered, at any speed and with any other keys between', () => {
    const key = fc.record({
      key: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...Array.from('abc123*/ ')) },
        { weight: 1, arbitrary: fc.constantFrom('Backspace', 'Enter') },
      ),
      gapMs: fc.integer({ min: 1, max: 160 }),
    });
    fc.assert(
      fc.property(fc.array(key, { maxLength: 40 }), fc.boolean(), (keys, inField) => {
        const { scans, page } = run(keys, inField);
        const characters = keys
          .filter((one) => one.key.length === 1)
          .map((one) => one.key)
          .join('');
        // Page and scans together are exactly what was typed: take the scans out of the text, in order, and the page is left.
        let rest = characters;
        let left = '';
        for (const scan of scans) {
          const at = rest.indexOf(scan);
          expect(at).toBeGreaterThanOrEqual(0);
          left += rest.slice(0, at);
          rest = rest.slice(at + scan.length);
        }
        expect((left + rest).length).toBe(page.length);
        expect(page.length + scans.join('').length).toBe(characters.length);
      }),
      { numRuns: 500 },
    );
  });

  it('reaches the page unchanged when slow', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...Array.from('abc123*/')), { maxLength: 30 }),
        fc.integer({ min: 51, max: 400 }),
        fc.boolean(),
        (keys, gapMs, inField) => {
          expect(run(typed(keys.join(''), gapMs), inField)).toEqual({ scans: [], page: keys.join(''), endKeys: 0 });
        },
      ),
    );
  });
});
