import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayKey, dayStart, formatFullMoment, localInputText, readLocalInput } from './full-moment.ts';

test('a moment in full leaves no doubt about day, year and time', () => {
  expect(formatFullMoment(Date.UTC(2026, 10, 17, 14, 20), 'UTC')).toBe('Tue, 17 Nov 2026, 14:20');
});

test('what a date field holds is read back to the same minute', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
      const minuteMs = seconds * 1_000 - ((seconds * 1_000) % 60_000);
      // Where clocks are put back an hour comes twice; its text means the first or the second.
      const read = readLocalInput(localInputText(minuteMs)) ?? 0;
      expect([0, 3_600_000]).toContain(Math.abs(read - minuteMs));
    }),
  );
  expect(readLocalInput('yesterday')).toBeNull();
  expect(readLocalInput('')).toBeNull();
});

test('a day begins at its first moment, wherever it is and also when clocks change', () => {
  const zone = fc.constantFrom('Europe/Lisbon', 'America/Sao_Paulo', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC');
  fc.assert(
    fc.property(zone, fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }), (timeZone, atMs) => {
      const start = dayStart(atMs, timeZone);
      expect(start).toBeLessThanOrEqual(atMs);
      expect(dayKey(start, timeZone)).toBe(dayKey(atMs, timeZone));
      expect(dayKey(start - 1, timeZone)).not.toBe(dayKey(atMs, timeZone));
    }),
    { numRuns: 40 },
  );
});
