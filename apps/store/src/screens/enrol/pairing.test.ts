import type { Fetch } from '@streamstock/api';
import { describe, expect, it } from 'vitest';
import { pair } from './ask-head-office.ts';
import { codeInFragment, groupedCode, pendingWrite, readPending } from './pairing.ts';

const ENROLMENT = {
  device: 'till-1',
  store: { id: 'lisboa', name: 'Lisboa Baixa', currency: 'EUR', timeZone: 'Europe/Lisbon' },
  credential: 'secret',
};

function server(status: number, body: object): Fetch & { asked: string[] } {
  const asked: string[] = [];
  const fetch = async (_url: string, init: { readonly body?: string }) => {
    asked.push(init.body ?? '');
    return { status, headers: { get: () => null }, text: async () => JSON.stringify(body) };
  };
  return Object.assign(fetch, { asked });
}

const problem = (code: string) => ({
  type: 'urn:streamstock:problem:pairing-code',
  title: 'No',
  status: 403,
  detail: 'No.',
  code,
});

describe('a pairing code', () => {
  it('is read from the address, and grouped while it is typed', () => {
    expect(codeInFragment('#code=ABCD-EFGH')).toBe('ABCD-EFGH');
    expect(codeInFragment('#other')).toBeNull();
    expect(codeInFragment('')).toBeNull();
    expect(['a', 'abcd', 'abcde', 'abcd efgh', 'ABCD-EFGH-IJ'].map(groupedCode)).toEqual([
      'A',
      'ABCD',
      'ABCD-E',
      'ABCD-EFGH',
      'ABCD-EFGH',
    ]);
  });

  it('goes to the server in its printed form, with the name of this device', async () => {
    const fetch = server(201, ENROLMENT);
    expect(await pair(fetch, 'abcd efgh', 'Till')).toEqual({ ok: true, enrolment: ENROLMENT });
    expect(fetch.asked).toEqual([JSON.stringify({ code: 'ABCD-EFGH', label: 'Till' })]);
  });

  it.each(['unknown', 'used', 'expired'])('that is %s is told as such', async (code) => {
    expect(await pair(server(403, problem(code)), 'ABCD-EFGH', 'Till')).toEqual({ ok: false, problem: { kind: code } });
  });

  it('that can not be one does not go anywhere', async () => {
    const fetch = server(201, ENROLMENT);
    expect(await pair(fetch, 'ABC', 'Till')).toEqual({ ok: false, problem: { kind: 'not-a-code' } });
    expect(fetch.asked).toEqual([]);
  });

  it('without a network says so', async () => {
    const fetch: Fetch = () => Promise.reject(new TypeError('Failed to fetch'));
    expect(await pair(fetch, 'ABCD-EFGH', 'Till')).toEqual({ ok: false, problem: { kind: 'unreachable' } });
  });

  it('answered but not yet agreed to is still there after a reload', async () => {
    const values = new Map([[pendingWrite(ENROLMENT).key, pendingWrite(ENROLMENT).value]]);
    const device = { getLocal: async (keys: readonly string[]) => keys.map((key) => values.get(key)) };
    expect(await readPending(device)).toEqual(ENROLMENT);
    values.clear();
    expect(await readPending(device)).toBeNull();
  });
});
