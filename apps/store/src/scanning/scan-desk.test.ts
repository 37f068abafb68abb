import { describe, expect, it } from 'vitest';
import { ScanDesk, SCANS_HELD_MAX } from './scan-desk.ts';

describe('the scan desk', () => {
  it('gives a code to the handler registered last, and to the one below when that is gone', () => {
    const desk = new ScanDesk();
    const heard: string[] = [];
    desk.handle((code) => heard.push(`screen ${code}`));
    const stop = desk.handle((code) => heard.push(`sheet ${code}`));
    desk.scan('1');
    stop();
    desk.scan('2');
    expect(heard).toEqual(['sheet 1', 'screen 2']);
  });

  it('keeps scans while held, in order, and hands them over afterwards', () => {
    const desk = new ScanDesk();
    const heard: string[] = [];
    desk.handle((code) => heard.push(code));
    const [first, second] = [desk.hold(), desk.hold()];
    desk.scan('1');
    desk.scan('2');
    expect(desk.state()).toEqual({ waiting: 2, refused: 0 });
    first();
    first();
    expect(heard).toEqual([]);
    second();
    expect(heard).toEqual(['1', '2']);
    expect(desk.state()).toEqual({ waiting: 0, refused: 0 });
  });

  it('refuses the 21st aloud and keeps the first 20', () => {
    const desk = new ScanDesk();
    const heard: string[] = [];
    desk.handle((code) => heard.push(code));
    const release = desk.hold();
    for (let number = 0; number <= SCANS_HELD_MAX; number += 1) desk.scan(String(number));
    expect(desk.state()).toEqual({ waiting: SCANS_HELD_MAX, refused: 1 });
    release();
    expect(heard).toHaveLength(SCANS_HELD_MAX);
    expect(heard.at(-1)).toBe(String(SCANS_HELD_MAX - 1));
    expect(desk.state().refused).toBe(0);
  });

  it('keeps a scan that arrives between two screens', () => {
    const desk = new ScanDesk();
    desk.scan('1');
    const heard: string[] = [];
    desk.handle((code) => heard.push(code));
    expect(heard).toEqual(['1']);
  });
});
