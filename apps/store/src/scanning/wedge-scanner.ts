// Runs the burst machine on a page: one capture-phase keydown listener. Owns the silence timer and the memory of the
// focused field; what a code means is not its business. No character and no Enter of a scan reaches the page.
import {
  BURST_SETTINGS,
  IDLE,
  stepBurst,
  type Burst,
  type BurstInput,
  type BurstSettings,
  type BurstStep,
} from './burst.ts';

/** A text field as the scanner needs it: read, and put back as if a person had typed. */
export interface TextField {
  readonly value: string;
  readonly selectionStart: number | null;
  readonly selectionEnd: number | null;
  write(value: string, selectionStart: number | null, selectionEnd: number | null): void;
}

export interface ScannerPage {
  /** Registers for keydown in the capture phase; returns the way to stop. */
  listen(listener: (event: ScannerKey) => void): () => void;
  /** The focused text field, or null when focus rests on anything else. */
  focusedField(): TextField | null;
  /** Calls back once after `delayMs`; returns the way to cancel. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The part of a KeyboardEvent that matters here. */
export interface ScannerKey {
  readonly key: string;
  readonly timeStamp: number;
  readonly repeat: boolean;
  readonly isComposing: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  preventDefault(): void;
  stopImmediatePropagation(): void;
}

export interface WedgeScannerOptions {
  readonly page: ScannerPage;
  readonly settings?: Partial<BurstSettings>;
  /** A scanned code, without prefix and suffix. */
  readonly onScan: (code: string) => void;
  /** Characters typed on the screen itself (no field focused), after it is sure that they are no scan. */
  readonly onTyped: (text: string) => void;
}

/** Starts listening. Returns the way to stop; what was held back is then given back. */
export function startWedgeScanner(options: WedgeScannerOptions): () => void {
  const { page, onScan, onTyped } = options;
  const settings = { ...BURST_SETTINGS, ...options.settings };
  let burst: Burst = IDLE;
  let remembered: {
    readonly field: TextField;
    readonly value: string;
    readonly start: number | null;
    readonly end: number | null;
  } | null = null;
  let cancelSilence = () => {};

  const remember = (): void => {
    const field = page.focusedField();
    remembered =
      field === null ? null : { field, value: field.value, start: field.selectionStart, end: field.selectionEnd };
  };
  const giveBack = (text: string): void => {
    if (remembered === null) return onTyped(text);
    const { field } = remembered;
    const start = field.selectionStart ?? field.value.length;
    const end = field.selectionEnd ?? start;
    field.write(field.value.slice(0, start) + text + field.value.slice(end), start + text.length, start + text.length);
  };
  const apply = (step: BurstStep): void => {
    cancelSilence();
    cancelSilence =
      step.silenceAfterMs === null
        ? () => {}
        : page.after(step.silenceAfterMs, () => apply(stepBurst(burst, { kind: 'silence' }, settings)));
    burst = step.burst;
    if (step.giveBack !== '') giveBack(step.giveBack);
    if (step.remember) remember();
    if (step.scan === null) return;
    if (remembered !== null) remembered.field.write(remembered.value, remembered.start, remembered.end);
    onScan(step.scan);
  };

  const stop = page.listen((event) => {
    const input = inputOf(event, () => page.focusedField() !== null);
    if (input === null) return;
    const step = stepBurst(burst, input, settings);
    if (step.swallow) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    apply(step);
  });
  return () => {
    stop();
    apply(stepBurst(burst, { kind: 'other-key', atMs: 0 }, settings));
  };
}

function inputOf(event: ScannerKey, inField: () => boolean): BurstInput | null {
  const atMs = event.timeStamp;
  // A scanner types capitals with Shift: that key alone says nothing.
  if (event.key === 'Shift' || event.isComposing) return null;
  // A key that is held down repeats every 30 ms and would look like a scanner.
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return { kind: 'other-key', atMs };
  if (event.key === 'Enter' || event.key === 'Tab') return { kind: 'end-key', atMs };
  if (Array.from(event.key).length === 1) return { kind: 'character', character: event.key, atMs, inField: inField() };
  return { kind: 'other-key', atMs };
}
