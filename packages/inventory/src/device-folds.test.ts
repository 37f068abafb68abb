// What a device announces before its projectors are here is what they are.
import { expect, it } from 'vitest';
import { DEVICE_FOLDS } from './device-folds.ts';
import { inventoryProjectors } from './projectors.ts';

it('SN4 names the projectors of a device in their versions', () => {
  expect(DEVICE_FOLDS).toEqual(inventoryProjectors.map(({ name, version }) => ({ name, version })));
});
