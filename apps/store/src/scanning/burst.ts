// Tells a keyboard-wedge scanner's burst of keys from a person's typing. Pure: times come with the keys, effects go out
// as values. Knows nothing of the DOM; `wedge-scanner.ts` runs it.
//
//             a character            2nd/3rd fast one (see 2)
//    ┌──────┐ ──────────▶ ┌──────────┐ ──────────▶ ┌───────────┐  Enter, Tab or silence:
//    │ idle │             │ watching │             │ capturing │  ≥ 4 characters and fast enough → scan
//    └──────┘ ◀────────── └──────────┘             └───────────┘  else → what was held back is given back
//       ▲      slow key, other key, silence              │
//       └────────────────────────────────────────────────┘
//
// 1. Every character that is held back comes out exactly once: inside one scan, or given back, in order.
// 2. In a text field the first two fast characters pass (a person may mean them) and the scan restores the field;
//    on the screen itself the very first is held back, so that no shortcut fires on a scanned digit.
// 3. A configured prefix key beats timing: after it everything up to Enter, Tab or a second of silence is the code.
// 4. An Enter or Tab that trails a scan ended by silence is swallowed too.

/** Thresholds, in milliseconds and characters. `prefix`: a key that the scanner sends first, or null. */
export interface BurstSettings {
  readonly charactersMin: number;
  readonly charactersMax: number;
  readonly gapMaxMs: number;
  readonly gapMeanMaxMs: number;
  readonly silenceMs: number;
  readonly prefixSilenceMs: number;
  readonly lateSuffixMs: number;
  readonly prefix: string | null;
}

export const BURST_SETTINGS: BurstSettings = {
  charactersMin: 4,
  charactersMax: 128,
  gapMaxMs: 50,
  gapMeanMaxMs: 35,
  silenceMs: 80,
  prefixSilenceMs: 1_000,
  lateSuffixMs: 250,
  prefix: null,
};

export interface Burst {
  readonly kind: 'idle' | 'watching' | 'capturing';
  /** All characters so far, and how many of the last ones were held back from the page. */
  readonly text: string;
  readonly held: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Begun in a text field: there the first characters pass. */
  readonly inField: boolean;
  /** Begun by the prefix key: timing does not matter. */
  readonly prefixed: boolean;
  /** Until when a lone Enter or Tab still belongs to the scan before it. */
  readonly suffixUntilMs: number;
}

export const IDLE: Burst = {
  kind: 'idle',
  text: '',
  held: 0,
  firstAtMs: 0,
  lastAtMs: 0,
  inField: false,
  prefixed: false,
  suffixUntilMs: Number.NEGATIVE_INFINITY,
};

export type BurstInput =
  | { readonly kind: 'character'; readonly character: string; readonly atMs: number; readonly inField: boolean }
  | { readonly kind: 'end-key'; readonly atMs: number }
  /** Any other key that types or moves: Backspace, an arrow, a held-down key, a shortcut. */
  | { readonly kind: 'other-key'; readonly atMs: number }
  | { readonly kind: 'silence' };

/** What the page must do, in this order. `swallow`: the key at hand must not reach the page. */
export interface BurstStep {
  readonly burst: Burst;
  /** Characters held back that turned out to be typing; to be typed before the key at hand takes effect. */
  readonly giveBack: string;
  readonly scan: string | null;
  readonly swallow: boolean;
  /** The field as it is now must be remembered: a burst begins. */
  readonly remember: boolean;
  /** When to send `silence` if no key comes, or null for never. */
  readonly silenceAfterMs: number | null;
}

const NOTHING = { giveBack: '', scan: null, swallow: false, remember: false, silenceAfterMs: null } as const;

export function stepBurst(burst: Burst, input: BurstInput, settings: BurstSettings): BurstStep {
  switch (input.kind) {
    case 'character':
      return onCharacter(burst, input, settings);
    case 'end-key':
      return onEndKey(burst, input.atMs, settings);
    case 'other-key':
      return { ...NOTHING, burst: IDLE, giveBack: heldText(burst) };
    case 'silence':
      return onSilence(burst, settings);
  }
}

/** Characters that the page has not seen. */
function heldText(burst: Burst): string {
  return burst.held === 0 ? '' : burst.text.slice(-burst.held);
}

function onCharacter(
  burst: Burst,
  input: { readonly character: string; readonly atMs: number; readonly inField: boolean },
  settings: BurstSettings,
): BurstStep {
  if (settings.prefix !== null && input.character === settings.prefix && !burst.prefixed) {
    const begun: Burst = {
      ...IDLE,
      kind: 'capturing',
      firstAtMs: input.atMs,
      lastAtMs: input.atMs,
      inField: input.inField,
      prefixed: true,
    };
    return {
      ...NOTHING,
      burst: begun,
      giveBack: heldText(burst),
      swallow: true,
      remember: true,
      silenceAfterMs: settings.prefixSilenceMs,
    };
  }
  const continues =
    burst.kind !== 'idle' &&
    burst.inField === input.inField &&
    (burst.prefixed || input.atMs - burst.lastAtMs <= settings.gapMaxMs) &&
    burst.text.length < settings.charactersMax;
  if (!continues) return begin(burst, input, settings);
  const text = burst.text + input.character;
  const swallow = burst.prefixed || !burst.inField || text.length >= 3;
  const next: Burst = {
    ...burst,
    kind: swallow ? 'capturing' : 'watching',
    text,
    held: burst.held + (swallow ? 1 : 0),
    lastAtMs: input.atMs,
  };
  return {
    ...NOTHING,
    burst: next,
    swallow,
    silenceAfterMs: burst.prefixed ? settings.prefixSilenceMs : settings.silenceMs,
  };
}

function begin(
  burst: Burst,
  input: { readonly character: string; readonly atMs: number; readonly inField: boolean },
  settings: BurstSettings,
): BurstStep {
  const held = input.inField ? 0 : 1;
  const next: Burst = {
    ...IDLE,
    kind: held === 1 ? 'capturing' : 'watching',
    text: input.character,
    held,
    firstAtMs: input.atMs,
    lastAtMs: input.atMs,
    inField: input.inField,
  };
  return {
    burst: next,
    giveBack: heldText(burst),
    scan: null,
    swallow: held === 1,
    remember: true,
    silenceAfterMs: settings.silenceMs,
  };
}

function onEndKey(burst: Burst, atMs: number, settings: BurstSettings): BurstStep {
  if (burst.kind === 'idle') return { ...NOTHING, burst: IDLE, swallow: atMs <= burst.suffixUntilMs };
  const inTime = burst.prefixed || atMs - burst.lastAtMs <= settings.gapMaxMs;
  if (inTime && isScan(burst, settings)) return { ...NOTHING, burst: IDLE, scan: burst.text, swallow: true };
  return { ...NOTHING, burst: IDLE, giveBack: heldText(burst) };
}

function onSilence(burst: Burst, settings: BurstSettings): BurstStep {
  if (burst.kind === 'idle') return { ...NOTHING, burst };
  if (!isScan(burst, settings)) return { ...NOTHING, burst: IDLE, giveBack: heldText(burst) };
  return { ...NOTHING, burst: { ...IDLE, suffixUntilMs: burst.lastAtMs + settings.lateSuffixMs }, scan: burst.text };
}

function isScan(burst: Burst, settings: BurstSettings): boolean {
  if (burst.prefixed) return burst.text.length > 0;
  if (burst.text.length < settings.charactersMin) return false;
  return (burst.lastAtMs - burst.firstAtMs) / (burst.text.length - 1) <= settings.gapMeanMaxMs;
}
