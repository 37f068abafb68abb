// Turns the colour roles into `--ss-*` for each scheme, and points Mantine's own text colours at them:
// its defaults for dimmed, placeholder and error text are too pale to read on white.
import type { CSSVariablesResolver } from '@mantine/core';
import { elevations, roles, scales } from './roles.ts';

type Scheme = 'light' | 'dark';

function roleVariables(scheme: Scheme): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, color] of Object.entries({ ...roles, ...elevations })) variables[`--ss-${name}`] = color[scheme];
  for (const [name, scale] of Object.entries(scales)) {
    scale[scheme].forEach((color, index) => (variables[`--ss-${name}-${index + 1}`] = color));
  }
  return variables;
}

/** Mantine's variables that must follow the roles, the same in both schemes because the roles already differ. */
const followers = {
  '--mantine-color-body': 'var(--ss-canvas)',
  '--mantine-color-text': 'var(--ss-text)',
  '--mantine-color-dimmed': 'var(--ss-text-3)',
  '--mantine-color-placeholder': 'var(--ss-text-3)',
  '--mantine-color-error': 'var(--ss-crit-text)',
  '--mantine-color-anchor': 'var(--ss-accent-text)',
  '--mantine-color-default': 'var(--ss-surface)',
  '--mantine-color-default-hover': 'var(--ss-hover)',
  '--mantine-color-default-color': 'var(--ss-text)',
  '--mantine-color-default-border': 'var(--ss-line-strong)',
  '--mantine-color-disabled': 'var(--ss-sunken)',
  '--mantine-color-disabled-color': 'var(--ss-text-off)',
  '--mantine-color-disabled-border': 'var(--ss-line)',
  '--mantine-primary-color-contrast': 'var(--ss-on-accent)',
  '--mantine-color-petrol-text': 'var(--ss-accent-text)',
  '--mantine-color-petrol-filled': 'var(--ss-accent)',
  '--mantine-color-petrol-filled-hover': 'var(--ss-accent-hover)',
  '--mantine-color-petrol-light': 'var(--ss-selected)',
  '--mantine-color-petrol-light-hover': 'var(--ss-selected)',
  '--mantine-color-petrol-light-color': 'var(--ss-accent-text)',
  '--mantine-color-petrol-outline': 'var(--ss-accent-text)',
} as const;

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...roleVariables('light'), ...followers },
  dark: { ...roleVariables('dark'), ...followers },
});
