import { describe, expect, it } from 'vitest';
import { startWedgeScanner, type ScannerKey, type ScannerPage, type TextField } from './wedge-scanner.ts';

/** A page with one field, as a browser behaves: a key that nobody prevents types into the focused field. */
class FakePage implements ScannerPage, TextField {
  value = '';
  selectionStart: number | null = 0;
  selectionEnd: number | null = 0;
  focused = true;
  entersSeen = 0;
  #listener: (event: ScannerKey) => void = () => {};
  #timer: { readonly at: number; readonly callback: () => void } | null = null;
  #now = 0;

  listen(listener: (event: ScannerKey) => void) {
    this.#listener = listener;
    return () => {
      this.#listener = () => {};
    };
  }
  focusedField() {
    return this.focused ? this : null;
  }
  after(delayMs: number, callback: () => void) {
    const timer = { at: this.#now + delayMs, callback };
    this.#timer = timer;
    return () => {
      if (this.#timer === timer) this.#timer = null;
    };
  }
  write(value: string, start: number | null, end: number | null) {
    this.value = value;
    this.selectionStart = start;
    this.selectionEnd = end;
  }
  wait(ms: number) {
    this.#now += ms;
    const timer = this.#timer;
    if (timer === null || timer.at > this.#now) return;
    this.#timer = null;
    timer.callback();
  }
  press(key: string, gapMs: number, more: Partial<ScannerKey> = {}) {
    this.wait(gapMs);
    let prevented = false;
    const event: ScannerKey = {
      key,
      timeStamp: this.#now,
      repeat: false,
      isComposing: false,
      ctrlKey: false,
      altKey: false,
      metaKey: false,
      ...more,
      preventDefault: () => (prevented = true),
      stopImmediatePropagation: () => {},
    };
    this.#listener(event);
    if (prevented || !this.focused) return;
    if (key === 'Enter') this.entersSeen += 1;
    if (key.length !== 1) return;
    const start = this.selectionStart ?? 0;
    this.value = this.value.slice(0, start) + key + this.value.slice(this.selectionEnd ?? start);
    this.selectionStart = this.selectionEnd = start + 1;
  }
  type(text: string, gapMs: number) {
    for (const key of text) this.press(key, gapMs);
  }
}

function start(page: FakePage) {
  const scans: string[] = [];
  const typed: string[] = [];
  const stop = startWedgeScanner({ page, onScan: (code) => scans.push(code), onTyped: (text) => typed.push(text) });
  return { scans, typed, stop };
}

describe('with a field in focus', () => {
  it('restores text, caret and selection after a scan', () => {
    const page = new FakePage();
    page.write('oat milk', 3, 8);
    const { scans } = start(page);
    page.type('5601234567890', 6);
    page.press('Enter', 6);
    expect(scans).toEqual(['5601234567890']);
    expect(page).toMatchObject({ value: 'oat milk', selectionStart: 3, selectionEnd: 8, entersSeen: 0 });
  });

  it('types what a quick person types, at the caret, and lets Enter through', () => {
    const page = new FakePage();
    page.write('ab', 1, 1);
    const { scans } = start(page);
    page.type('xyz', 20);
    page.wait(100);
    expect(page).toMatchObject({ value: 'axyzb', selectionStart: 4 });
    page.press('Enter', 100);
    expect(page.entersSeen).toBe(1);
    expect(scans).toEqual([]);
  });

  it('does not take a held-down key for a scanner', () => {
    const page = new FakePage();
    const { scans } = start(page);
    page.press('0', 100);
    for (let times = 0; times < 8; times += 1) page.press('0', 30, { repeat: true });
    page.wait(200);
    expect(scans).toEqual([]);
    expect(page.value).toBe('000000000');
  });

  it('reads capitals that a scanner types with Shift', () => {
    const page = new FakePage();
    const { scans } = start(page);
    for (const key of 'CHO-85') {
      page.press('Shift', 2);
      page.press(key, 3);
    }
    page.press('Enter', 5);
    expect(scans).toEqual(['CHO-85']);
    expect(page.value).toBe('');
  });
});

describe('with the screen in focus', () => {
  it('gives digits to the screen only when they are no scan', () => {
    const page = new FakePage();
    page.focused = false;
    const { scans, typed } = start(page);
    page.press('1', 0);
    page.press('2', 120);
    page.wait(120);
    expect(typed.join('')).toBe('12');
    page.type('5601234567890', 6);
    page.press('Enter', 6);
    expect(scans).toEqual(['5601234567890']);
    expect(typed.join('')).toBe('12');
  });

  it('gives back what it holds when it stops', () => {
    const page = new FakePage();
    page.focused = false;
    const { typed, stop } = start(page);
    page.press('7', 0);
    stop();
    expect(typed).toEqual(['7']);
  });
});
