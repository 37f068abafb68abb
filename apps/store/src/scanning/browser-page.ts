// The wedge scanner's page in a real browser: the document's keys, the focused field, timers. No decisions.
import type { ScannerPage, TextField } from './wedge-scanner.ts';

/** Input types that a person types text into. Others (checkbox, range) take no characters. */
const TEXT_TYPES: ReadonlySet<string> = new Set([
  'text',
  'search',
  'tel',
  'url',
  'password',
  'email',
  'number',
  'date',
  'time',
  'datetime-local',
]);

export function isTextField(element: Element | null): element is HTMLInputElement | HTMLTextAreaElement {
  if (element instanceof HTMLTextAreaElement) return !element.readOnly && !element.disabled;
  return element instanceof HTMLInputElement && TEXT_TYPES.has(element.type) && !element.readOnly && !element.disabled;
}

export function browserScannerPage(view: Window & typeof globalThis): ScannerPage {
  const { document } = view;
  return {
    listen(listener) {
      document.addEventListener('keydown', listener, { capture: true });
      return () => document.removeEventListener('keydown', listener, { capture: true });
    },
    focusedField() {
      const element = document.activeElement;
      return isTextField(element) ? textField(view, element) : null;
    },
    after(delayMs, callback) {
      const timer = view.setTimeout(callback, delayMs);
      return () => view.clearTimeout(timer);
    },
  };
}

function textField(view: Window & typeof globalThis, element: HTMLInputElement | HTMLTextAreaElement): TextField {
  // React remembers the last value it saw through the instance's own setter; only the prototype's tells it of a change.
  const prototype =
    element instanceof HTMLTextAreaElement ? view.HTMLTextAreaElement.prototype : view.HTMLInputElement.prototype;
  const valueProperty = Object.getOwnPropertyDescriptor(prototype, 'value');
  return {
    get value() {
      return element.value;
    },
    // Number, date and e-mail fields answer null or throw: they have no selection.
    get selectionStart() {
      return element.selectionStart;
    },
    get selectionEnd() {
      return element.selectionEnd;
    },
    write(value, start, end) {
      if (element.value === value) return;
      valueProperty?.set?.call(element, value);
      element.dispatchEvent(new view.Event('input', { bubbles: true }));
      if (start !== null) element.setSelectionRange(start, end);
    },
  };
}
