// Colours have meanings, and meanings live in this folder: nothing outside of it names a colour, and every role a style
// asks for exists. Reads the sources of this package and of both web apps.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cssVariablesResolver } from './css-variables.ts';

const here = import.meta.dirname;
const roots = ['..', '../../../../apps/store/src', '../../../../apps/admin/src'].map((root) => join(here, root));

/** An installed app's splash screen is drawn before any style exists. */
const exempt = ['app/manifest.ts'];

interface Source {
  readonly path: string;
  readonly text: string;
}

const sources: Source[] = roots.flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:css|tsx?)$/.test(path) && !path.includes('.test.'))
    .map((path) => join(root, path))
    .filter((path) => !path.startsWith(here) && !exempt.some((end) => path.endsWith(end)))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') })),
);

const offenders = (pattern: (path: string) => RegExp): string[] =>
  sources.flatMap(({ path, text }) => (text.match(pattern(path)) ?? []).map((found) => `${path}: ${found}`));

const hexColour = (path: string): RegExp =>
  path.endsWith('.css')
    ? /#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b/gi
    : /['"`]#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})['"`]/gi;

describe('colours', () => {
  test('there is something to look at', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect('background: #F3F7F7;'.match(hexColour('a.css'))).toEqual(['#F3F7F7']);
    expect(`fill="#fff"`.match(hexColour('a.tsx'))).toEqual(['"#fff"']);
  });

  test('no colour value stands outside the theme', () => {
    expect(offenders(hexColour)).toEqual([]);
  });

  test('no colour of this package is mixed by hand', () => {
    const mixed = offenders(() => /\b(?:rgb|hsl|oklch)a?\(\s*\d/g);
    expect(mixed.filter((found) => found.startsWith(roots[0] ?? ''))).toEqual([]);
  });

  test('no component is given a colour by name', () => {
    expect(offenders(() => /\bcolor="(?!inherit)[a-z.0-9]+"/g)).toEqual([]);
  });
});

describe('roles', () => {
  const stylesheets = ['tokens.css', 'density.css'].map((name) => readFileSync(join(here, name), 'utf8')).join('\n');
  const emitted = cssVariablesResolver({} as Parameters<typeof cssVariablesResolver>[0]);
  const own = [...sources.map(({ text }) => text), stylesheets].join('\n').match(/--ss-[a-z0-9-]+(?=['"]?\s*:)/g) ?? [];

  test('every `--ss-` variable that is used exists', () => {
    const defined = new Set([...Object.keys(emitted.light), ...own]);
    const used = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/var\((--ss-[a-z0-9-]+)/g)].map((match) => ({ path, name: match[1] ?? '' })),
    );
    expect(used.filter(({ name }) => !defined.has(name))).toEqual([]);
    expect(used.length).toBeGreaterThan(200);
  });

  test('light and dark emit the same roles', () => {
    expect(Object.keys(emitted.dark)).toEqual(Object.keys(emitted.light));
  });

  test('what is too faint by default follows our roles', () => {
    expect(emitted.light).toMatchObject({
      '--mantine-color-dimmed': 'var(--ss-text-3)',
      '--mantine-color-placeholder': 'var(--ss-text-3)',
      '--mantine-color-error': 'var(--ss-crit-text)',
    });
  });
});
