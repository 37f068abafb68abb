// The colour roles: every colour the product may show, by meaning, for light and dark.
// Owns all colour values (hex may stand in this folder only). It names no component.

/** One role's value in each colour scheme, as `#RRGGBB`. */
export interface RoleColor {
  readonly light: string;
  readonly dark: string;
}

/** Role name → colours. Emitted as `--ss-<name>`. */
export const roles = {
  canvas: { light: '#F3F7F7', dark: '#0C1214' },
  surface: { light: '#FFFFFF', dark: '#131A1D' },
  raised: { light: '#FFFFFF', dark: '#1A2326' },
  sunken: { light: '#E9EFEF', dark: '#070B0C' },
  hover: { light: '#EDF2F2', dark: '#192225' },
  selected: { light: '#D8F3F3', dark: '#0E3133' },
  past: { light: '#E3E8F0', dark: '#161E2C' },
  line: { light: '#DAE1E2', dark: '#273134' },
  'line-strong': { light: '#768384', dark: '#69777B' },
  text: { light: '#121E22', dark: '#ECF1F2' },
  'text-2': { light: '#425053', dark: '#B5C0C1' },
  'text-3': { light: '#596669', dark: '#95A1A2' },
  'text-off': { light: '#8A9497', dark: '#5C6566' },
  accent: { light: '#066166', dark: '#6CD1D1' },
  'accent-hover': { light: '#005256', dark: '#82E1E0' },
  'accent-press': { light: '#014245', dark: '#5EBDBC' },
  'on-accent': { light: '#FFFFFF', dark: '#02171B' },
  'accent-text': { light: '#04585C', dark: '#78D7D6' },
  focus: { light: '#066166', dark: '#82E1E0' },
  'warn-text': { light: '#824C01', dark: '#F8C05A' },
  'warn-soft': { light: '#FEEFCF', dark: '#382810' },
  'warn-solid': { light: '#F4AF2D', dark: '#F9B73F' },
  'on-warn': { light: '#121E22', dark: '#09161A' },
  'warn-line': { light: '#B97515', dark: '#976712' },
  'crit-text': { light: '#AA2D18', dark: '#F5937A' },
  'crit-soft': { light: '#FFE9E3', dark: '#401E17' },
  'crit-solid': { light: '#CA341C', dark: '#F37255' },
  'on-crit': { light: '#FFFFFF', dark: '#170C0A' },
  'plus-text': { light: '#2D54A0', dark: '#9BBBF5' },
  'plus-soft': { light: '#E8F0FD', dark: '#1C2A43' },
  'plus-solid': { light: '#3A65B8', dark: '#759EE9' },
  'on-plus': { light: '#FFFFFF', dark: '#0B0F18' },
  'out-solid': { light: '#233035', dark: '#E3E9E9' },
  'on-out': { light: '#FFFFFF', dark: '#0C1214' },
  // Scanners want dark on white, whatever the screen around it looks like.
  'qr-dark': { light: '#000000', dark: '#000000' },
  'qr-light': { light: '#FFFFFF', dark: '#FFFFFF' },
} as const satisfies Record<string, RoleColor>;

export type Role = keyof typeof roles;

/** Chart scales, each emitted as `--ss-<name>-1`, `--ss-<name>-2`, … */
export const scales = {
  series: {
    light: ['#066166', '#C8801F', '#507ED3', '#233035'],
    dark: ['#6CD1D1', '#F8AC3D', '#5684DA', '#E3E9E9'],
  },
  heat: {
    light: ['#E6F7F8', '#BFEBEC', '#90D6D8', '#60B8BB', '#2F9497', '#007275', '#015052'],
    dark: ['#132B2C', '#134244', '#1A5D5F', '#267D7F', '#3EA0A3', '#5DC4C7', '#8EE6E8'],
  },
  variance: {
    light: ['#A83825', '#DC785F', '#F5C4B5', '#ECEFF0', '#BFD2F3', '#7398DC', '#2F59AB'],
    dark: ['#FC8E72', '#BA5945', '#6C362B', '#20282A', '#33476D', '#5279C1', '#91B5F4'],
  },
} as const satisfies Record<string, { readonly light: readonly string[]; readonly dark: readonly string[] }>;

/** What floats casts a shadow in light; in dark it rises by lightness alone. `scrim` covers what lies behind a dialog. */
export const elevations = {
  scrim: { light: '#0C121480', dark: '#000000A6' },
  'elevation-0': { light: 'none', dark: 'none' },
  'elevation-1': { light: '0 1px 2px #121E2214', dark: 'none' },
  'elevation-2': { light: '0 8px 24px #121E222E', dark: 'none' },
  'elevation-3': { light: '0 16px 48px #121E223D', dark: 'none' },
} as const satisfies Record<string, RoleColor>;
