// The small rules of the contract: codes, live messages, bounds, the route table itself.
import * as z from 'zod/mini';
import { describe, expect, test } from 'vitest';
import { Email, Name } from './common.ts';
import { normalisePairingCode } from './devices.ts';
import { parseLiveMessage } from './events.ts';
import { IMPORT_EVENTS_MAX } from './limits.ts';
import { ImportRequest } from './operations.ts';
import { problemKind, problemType } from './problem.ts';
import { routes, type Route } from './routes.ts';

describe('pairing codes', () => {
  test.each(['abcdefgh', 'ABCD-EFGH', ' abcd efgh ', 'ABCD–EFGH'.replace('–', '-')])('"%s" is read', (typed) => {
    expect(normalisePairingCode(typed)).toBe('ABCD-EFGH');
  });
  test.each(['', 'ABCDEFG', 'ABCDEFGHJ', 'ABCDEFG1', 'ABCDEFGI', 'ABCDEFGß', '<script>'])(
    '"%s" can not be a code',
    (typed) => {
      expect(normalisePairingCode(typed)).toBeUndefined();
    },
  );
});

describe('live messages', () => {
  test('a known one is read', () => {
    expect(parseLiveMessage('resync', '{"position":3}')).toEqual({ name: 'resync', data: { position: 3 } });
  });
  test.each([
    ['later', '{}'],
    ['toString', '{}'],
    ['resync', '{'],
    ['resync', '{"position":-1}'],
  ])('%s %s is not', (name, data) => {
    expect(parseLiveMessage(name, data)).toBeUndefined();
  });
});

describe('schemas', () => {
  test('names are trimmed and bounded, markup stays text', () => {
    expect(z.parse(Name, '  <b>Ana</b> ')).toBe('<b>Ana</b>');
    expect(z.safeParse(Name, ' ').success).toBe(false);
    expect(z.safeParse(Name, 'x'.repeat(121)).success).toBe(false);
  });
  test('an e-mail address is one, whatever its capitals', () => {
    expect(z.parse(Email, ' Ana@Example.org ')).toBe('ana@example.org');
    expect(z.safeParse(Email, 'ana').success).toBe(false);
  });
  test('an import is bounded over all its batches', () => {
    const draft = {
      id: '01890000-0000-7000-8000-000000000000',
      type: 'StockSold',
      schemaVersion: 1,
      store: 's',
      audience: [],
      actor: 'a',
      payload: {},
    };
    const batch = (length: number) => ({ store: 's', drafts: Array.from({ length }, () => draft) });
    expect(z.safeParse(ImportRequest, { source: 'f', batches: [batch(IMPORT_EVENTS_MAX)] }).success).toBe(true);
    expect(z.safeParse(ImportRequest, { source: 'f', batches: [batch(IMPORT_EVENTS_MAX), batch(1)] }).success).toBe(
      false,
    );
  });
  test('a problem names its kind; an unknown one counts as internal', () => {
    expect(problemKind({ type: problemType('pairing-code') })).toBe('pairing-code');
    expect(problemKind({ type: 'about:blank' })).toBe('internal');
  });
});

describe('the route table', () => {
  const all: [string, Route][] = Object.entries(routes);
  test('no two routes share method and path', () => {
    expect(new Set(all.map(([, route]) => `${route.method} ${route.path}`)).size).toBe(all.length);
  });
  test.each(all)('%s: parameters in the path have a schema, bodies only where there is one to read', (_, route) => {
    expect(/:/.test(route.path)).toBe(route.params !== undefined);
    expect(route.method === 'POST' || route.body === undefined).toBe(true);
    expect(route.answer === null).toBe(route.status === 204);
  });
});
