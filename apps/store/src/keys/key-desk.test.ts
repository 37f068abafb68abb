import { describe, expect, it } from 'vitest';
import { deskKey } from './desk-key.ts';
import { KeyDesk } from './key-desk.ts';

describe('the key desk', () => {
  it('asks the last one first and stops at the first who uses the key', () => {
    const desk = new KeyDesk();
    const asked: string[] = [];
    desk.handle((key) => asked.push(`app ${key}`) > 0);
    const stop = desk.handle((key) => {
      asked.push(`sheet ${key}`);
      return key === 'Escape';
    });
    expect(desk.press('Escape')).toBe(true);
    expect(asked).toEqual(['sheet Escape']);
    desk.press('F2');
    stop();
    desk.press('Escape');
    expect(asked).toEqual(['sheet Escape', 'sheet F2', 'app F2', 'app Escape']);
  });

  it('says when nobody wanted a key', () => {
    expect(new KeyDesk().press('F2')).toBe(false);
  });
});

describe('whose a key is', () => {
  const key = (name: string, more = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...more });
  it('leaves a text field its arrows, Enter and undo', () => {
    for (const name of ['ArrowUp', 'Delete', 'Enter', 'a', '1']) expect(deskKey(key(name), 'field')).toBeNull();
    expect(deskKey(key('z', { ctrlKey: true }), 'field')).toBeNull();
    expect(deskKey(key('Escape'), 'field')).toBe('Escape');
    expect(deskKey(key('Enter', { ctrlKey: true }), 'field')).toBe('Ctrl+Enter');
  });

  it('leaves a focused button its Enter', () => {
    expect(deskKey(key('Enter'), 'control')).toBeNull();
    expect(deskKey(key('Enter'), 'screen')).toBe('Enter');
    expect(deskKey(key('Delete'), 'control')).toBe('Delete');
  });

  it('reads ⌘ as Ctrl and capitals as themselves', () => {
    expect(deskKey(key('Z', { metaKey: true }), 'screen')).toBe('Ctrl+z');
  });

  it('leaves the browser its keys', () => {
    for (const name of ['F1', 'F5', 'F11', 'F12', 'Tab']) expect(deskKey(key(name), 'screen')).toBeNull();
    expect(deskKey(key('F2', { altKey: true }), 'screen')).toBeNull();
  });
});
