// The Mantine theme: palettes, shades and control sizes. Sizes are CSS variables of the density (density.css),
// so one attribute on the root decides between touch, dense and compact; no component asks which it is.
// Component overrides are plain objects, not `Button.extend(…)`: the theme must not pull a component into the first load.
import { defaultVariantColorsResolver } from '@mantine/core';
import type { MantineColorsTuple, MantineThemeOverride, VariantColorsResolver } from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#EDFAFA',
  '#D8F3F3',
  '#B1E7E6',
  '#6CD1D1',
  '#57BEBE',
  '#2BA2A5',
  '#018589',
  '#057176',
  '#066166',
  '#044F54',
];
const gray: MantineColorsTuple = [
  '#F8FBFB',
  '#F3F7F7',
  '#E9EFEF',
  '#DAE1E2',
  '#C3CCCD',
  '#A3ADAF',
  '#778385',
  '#596669',
  '#425053',
  '#233035',
];
const dark: MantineColorsTuple = [
  '#ECF1F2',
  '#B5C0C1',
  '#95A1A2',
  '#69777B',
  '#273134',
  '#1A2326',
  '#131A1D',
  '#0C1214',
  '#070B0C',
  '#040708',
];

const fontFamily =
  '"Atkinson Hyperlegible Next Variable", "Atkinson Fallback", system-ui, "Segoe UI", Roboto, sans-serif';

const none = 'transparent';
const edge = (color: string): string => `1px solid ${color}`;

/**
 * Fills by variant. `filled` is the one accent button of a screen; `default` is every other button; `danger` is for
 * what cannot be undone; `past` belongs to "Back to now" alone. `color` is ignored: colour follows meaning.
 */
const variants: Record<string, ReturnType<VariantColorsResolver>> = {
  filled: {
    background: 'var(--ss-accent)',
    hover: 'var(--ss-accent-hover)',
    color: 'var(--ss-on-accent)',
    border: edge(none),
  },
  default: {
    background: 'var(--ss-surface)',
    hover: 'var(--ss-hover)',
    color: 'var(--ss-text)',
    border: edge('var(--ss-line-strong)'),
  },
  light: {
    background: 'var(--ss-selected)',
    hover: 'var(--ss-selected)',
    color: 'var(--ss-accent-text)',
    border: edge(none),
  },
  outline: {
    background: none,
    hover: 'var(--ss-hover)',
    color: 'var(--ss-accent-text)',
    border: edge('var(--ss-line-strong)'),
  },
  subtle: { background: none, hover: 'var(--ss-hover)', color: 'var(--ss-text)', border: edge(none) },
  transparent: { background: none, hover: none, color: 'var(--ss-accent-text)', border: edge(none) },
  danger: {
    background: 'var(--ss-crit-solid)',
    hover: 'var(--ss-crit-solid)',
    color: 'var(--ss-on-crit)',
    border: edge(none),
  },
  past: {
    background: 'var(--ss-plus-solid)',
    hover: 'var(--ss-plus-solid)',
    color: 'var(--ss-on-plus)',
    border: edge(none),
  },
};

const variantColorResolver: VariantColorsResolver = (input) =>
  variants[input.variant] ?? defaultVariantColorsResolver(input);

const control = {
  height: 'var(--ss-control)',
  fontSize: 'var(--ss-body-size)',
  radius: 'var(--ss-control-radius)',
} as const;

export const theme: MantineThemeOverride = {
  colors: { petrol, gray, dark },
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 3 },
  autoContrast: true,
  respectReducedMotion: true,
  cursorType: 'pointer',
  defaultRadius: 10,
  fontFamily,
  // Codes use the same face: it was drawn so that 0 O, 1 l I and 8 B cannot be mixed up.
  fontFamilyMonospace: fontFamily,
  headings: { fontFamily, fontWeight: '700' },
  fontSizes: {
    xs: 'var(--ss-meta-size)',
    sm: 'var(--ss-body-size)',
    md: 'var(--ss-body-size)',
    lg: 'var(--ss-title-size)',
    xl: 'var(--ss-figure-m-size)',
  },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '4px', sm: '6px', md: '10px', lg: '10px', xl: '16px' },
  variantColorResolver,
  components: {
    Button: {
      defaultProps: { variant: 'default' },
      vars: () => ({
        root: {
          '--button-height': control.height,
          '--button-padding-x': 'var(--ss-control-padding)',
          '--button-fz': control.fontSize,
          '--button-radius': control.radius,
        },
      }),
    },
    ActionIcon: {
      defaultProps: { variant: 'subtle' },
      vars: () => ({ root: { '--ai-size': 'var(--ss-target)', '--ai-radius': control.radius } }),
    },
    Input: {
      vars: () => ({
        wrapper: { '--input-height': control.height, '--input-fz': control.fontSize, '--input-radius': control.radius },
      }),
    },
    InputWrapper: {
      vars: () => ({
        label: { '--input-label-size': 'var(--ss-meta-size)' },
        error: { '--input-error-size': 'var(--ss-meta-size)' },
        description: { '--input-description-size': 'var(--ss-meta-size)' },
      }),
    },
    SegmentedControl: {
      vars: () => ({ root: { '--sc-font-size': control.fontSize, '--sc-radius': control.radius } }),
    },
    Checkbox: { defaultProps: { radius: 4 } },
  },
};
