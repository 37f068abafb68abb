// What was stored reads back as it was; anything else is as if it were not there.
import { describe, expect, it } from 'vitest';
import { readDraftHead } from '../documents/draft-head.ts';
import { readCountHead } from '../screens/count/count-head.ts';
import { enrolmentWrite, readEnrolment } from './enrolment-record.ts';
import { readRecent } from './recent-records.ts';
import { UnknownCodes } from './unknown-codes.ts';
import type { Json } from '@streamstock/event-log';

const stored = (values: Readonly<Record<string, Json>>) => ({
  getLocal: async (keys: readonly string[]) => keys.map((key) => values[key]),
  putLocal: async () => undefined,
});

/** Each field of a good value replaced by what no field here may be. */
function spoilt(good: Readonly<Record<string, Json>>): Json[] {
  return [
    null,
    'text',
    [],
    ...Object.keys(good).flatMap((key): Json[] => [
      { ...good, [key]: { no: 'field' } },
      Object.fromEntries(Object.entries(good).filter(([other]) => other !== key)),
    ]),
  ];
}

describe('what this device stored', () => {
  it('its enrolment', async () => {
    const store = { id: 'lisbon', name: 'Lisboa Baixa', currency: 'EUR', timeZone: 'Europe/Lisbon' };
    const enrolment = { device: 'device-1', store, credential: 'secret' };
    const { key, value } = enrolmentWrite(enrolment);
    expect(await readEnrolment(stored({ [key]: value ?? null }))).toEqual(enrolment);
    const bad = [...spoilt(enrolment), ...spoilt(store).map((other) => ({ ...enrolment, store: other }))];
    for (const value of [...bad, { ...enrolment, credential: '' }, { ...enrolment, device: 'no id' }])
      expect(await readEnrolment(stored({ [key]: value }))).toBeNull();
  });

  it('its recent records', async () => {
    const record = { kind: 'sale', events: ['event-1'], atMs: 5, lines: 1, pieces: null, about: null };
    expect(await readRecent(stored({ 'recent-0': [record], 'recent-1': 'gone' }))).toEqual([record]);
    for (const value of [...spoilt(record), { ...record, events: [] }, { ...record, kind: 'gift' }])
      expect(await readRecent(stored({ 'recent-0': [record, value] }))).toEqual([]);
  });

  it('codes that no item had', async () => {
    const code = { code: '5601', atMs: 5, times: 2 };
    expect(await new UnknownCodes(stored({ 'unknown-codes-0': [code] }), 0).list()).toEqual([code]);
    for (const value of [...spoilt(code), { ...code, code: '' }])
      expect(await new UnknownCodes(stored({ 'unknown-codes-0': [value] }), 0).list()).toEqual([]);
  });

  it('the heads of drafts', () => {
    const head = { kind: 'sale', held: true, lines: 2, touchedAtMs: 5 };
    expect(readDraftHead({ ...head, body: [1] })).toEqual({ ...head, body: [1] });
    expect(readDraftHead(head)).toEqual({ ...head, body: null });
    for (const value of [...spoilt(head), { ...head, kind: 'count' }]) expect(readDraftHead(value)).toBeNull();
    const count = {
      kind: 'count',
      session: 's',
      area: '',
      scope: { kind: 'category', category: 'Dairy' },
      blind: false,
      startedAtMs: 5,
      inHand: null,
      counted: 3,
    } as const;
    expect(readCountHead(count)).toEqual(count);
    for (const scope of [{ kind: 'all' }, { kind: 'items', items: ['a', 'b'] }] as const)
      expect(readCountHead({ ...count, scope })).toEqual({ ...count, scope });
    for (const scope of [{ kind: 'items', items: [1] }, { kind: 'category' }, { kind: 'other' }, null] as const)
      expect(readCountHead({ ...count, scope })).toBeNull();
    for (const value of spoilt(count)) expect(readCountHead(value)).toBeNull();
  });
});
