import fc from 'fast-check';
import { expect, test } from 'vitest';
import { moveInGrid } from './grid-keys.ts';
import type { GridKey, GridPlace } from './grid-keys.ts';

const extent = { rowCount: 50, columnCount: 8, pageRows: 20 };
const at = (row: number, column: number): GridPlace => ({ row, column });
const key = (name: string, ctrl = false): GridKey => ({ key: name, ctrl });

test.each<[GridPlace, GridKey, GridPlace]>([
  [at(3, 3), key('ArrowUp'), at(2, 3)],
  [at(0, 3), key('ArrowUp'), at(-1, 3)],
  [at(-1, 3), key('ArrowUp'), at(-1, 3)],
  [at(-1, 3), key('ArrowDown'), at(0, 3)],
  [at(49, 3), key('ArrowDown'), at(49, 3)],
  [at(3, 0), key('ArrowLeft'), at(3, 0)],
  [at(3, 7), key('ArrowRight'), at(3, 7)],
  [at(3, 3), { key: 'ArrowRight', ctrl: false, rtl: true }, at(3, 2)],
  [at(3, 3), key('Home'), at(3, 0)],
  [at(3, 3), key('End'), at(3, 7)],
  [at(3, 3), key('Home', true), at(0, 0)],
  [at(3, 3), key('End', true), at(49, 7)],
  [at(3, 3), key('PageDown'), at(23, 3)],
  [at(45, 3), key('PageDown'), at(49, 3)],
  [at(23, 3), key('PageUp'), at(3, 3)],
  [at(3, 3), key('PageUp'), at(0, 3)],
])('from %j, %j leads to %j', (from, pressed, expected) => {
  expect(moveInGrid(from, pressed, extent)).toEqual(expected);
});

test('other keys do not move', () => {
  expect(moveInGrid(at(3, 3), key('a'), extent)).toBeNull();
  expect(moveInGrid(at(3, 3), key('Enter'), extent)).toBeNull();
});

test('no key leads out of the grid, however small it is', () => {
  const keys = fc.constantFrom('ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown');
  fc.assert(
    fc.property(
      fc.nat({ max: 3 }),
      fc.nat({ max: 3 }),
      fc.array(fc.tuple(keys, fc.boolean()), { maxLength: 20 }),
      (rowCount, columnCount, pressed) => {
        let place = at(-1, 0);
        for (const [name, ctrl] of pressed) {
          place = moveInGrid(place, key(name, ctrl), { rowCount, columnCount, pageRows: 2 }) ?? place;
          expect(place.row).toBeGreaterThanOrEqual(-1);
          expect(place.row).toBeLessThanOrEqual(Math.max(-1, rowCount - 1));
          expect(place.column).toBeGreaterThanOrEqual(0);
          expect(place.column).toBeLessThanOrEqual(Math.max(0, columnCount - 1));
        }
      },
    ),
  );
});
