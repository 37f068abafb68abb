import { describe, expect, it } from 'vitest';
import { startOfDayMs } from './day.ts';

describe('the start of a day', () => {
  it.each([
    ['Europe/Lisbon', '2026-11-21T10:42:00Z', '2026-11-21T00:00:00Z'],
    ['Asia/Tokyo', '2026-11-21T16:00:00Z', '2026-11-21T15:00:00Z'],
    ['America/Sao_Paulo', '2026-11-21T02:00:00Z', '2026-11-20T03:00:00Z'],
    // The day the clock went forward in Lisbon has 23 hours, the day it went back 25.
    ['Europe/Lisbon', '2026-03-29T12:00:00Z', '2026-03-29T00:00:00Z'],
    ['Europe/Lisbon', '2026-10-25T12:00:00Z', '2026-10-24T23:00:00Z'],
    ['Europe/Berlin', '2026-10-25T23:30:00Z', '2026-10-25T23:00:00Z'],
    ['Asia/Kathmandu', '2026-11-21T00:00:00Z', '2026-11-20T18:15:00Z'],
  ])('in %s at %s is %s', (zone, at, expected) => {
    expect(new Date(startOfDayMs(Date.parse(at), zone)).toISOString()).toBe(new Date(expected).toISOString());
  });
});
