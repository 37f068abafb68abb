import { describe, expect, test } from 'vitest';
import { contrastRatio } from './contrast.ts';
import { roles, scales } from './roles.ts';
import type { Role } from './roles.ts';

const schemes = ['light', 'dark'] as const;

/** WCAG 2.2: 1.4.3 text, 1.4.11 what a control needs to be seen. */
const textRatioMin = 4.5;
const controlRatioMin = 3;

const textRoles: Role[] = ['text', 'text-2', 'text-3', 'accent-text', 'warn-text', 'crit-text', 'plus-text'];
const backgrounds: Role[] = ['surface', 'canvas', 'raised', 'sunken', 'hover', 'selected', 'past'];

const textPairs: [Role, Role][] = [
  ...textRoles.flatMap((role) => backgrounds.map((background): [Role, Role] => [role, background])),
  ['accent', 'surface'],
  ['accent', 'canvas'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-accent', 'accent-press'],
  ['warn-text', 'warn-soft'],
  ['on-warn', 'warn-solid'],
  ['crit-text', 'crit-soft'],
  ['on-crit', 'crit-solid'],
  ['plus-text', 'plus-soft'],
  ['on-plus', 'plus-solid'],
  ['on-out', 'out-solid'],
  ['qr-dark', 'qr-light'],
];

const controlPairs: [Role, Role][] = (['line-strong', 'focus', 'warn-line'] as const).flatMap((role) =>
  (['surface', 'canvas'] as const).map((background): [Role, Role] => [role, background]),
);

describe.each(schemes)('contrast in %s', (scheme) => {
  test.each(textPairs)('%s is readable as text on %s', (foreground, background) => {
    expect(contrastRatio(roles[foreground][scheme], roles[background][scheme])).toBeGreaterThanOrEqual(textRatioMin);
  });

  test.each(controlPairs)('%s is visible as a mark on %s', (foreground, background) => {
    expect(contrastRatio(roles[foreground][scheme], roles[background][scheme])).toBeGreaterThanOrEqual(controlRatioMin);
  });

  test.each(scales.series[scheme].map((color) => [color]))('chart series %s is visible on surface', (color) => {
    expect(contrastRatio(color, roles.surface[scheme])).toBeGreaterThanOrEqual(controlRatioMin);
  });
});

test('the arithmetic agrees with known ratios', () => {
  expect(contrastRatio('#000000', '#FFFFFF')).toBe(21);
  expect(contrastRatio('#FFFFFF', '#FFFFFF')).toBe(1);
  expect(contrastRatio('#777777', '#FFFFFF')).toBeCloseTo(4.48, 2);
  expect(() => contrastRatio('red', '#FFFFFF')).toThrow('Not a #RRGGBB');
});
