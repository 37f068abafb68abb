// The unit a figure is shown in: an item counted in grams with three decimals reads as kilograms.
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';

const pieces = msg({ message: 'pieces', comment: 'Unit of a figure.' });

/** By the smallest unit and the decimals shown. International symbols are the same in every language. */
const symbols: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  gram: { 0: 'g', 3: 'kg' },
  millilitre: { 0: 'ml', 3: 'l' },
  millimetre: { 0: 'mm', 1: 'cm', 3: 'm' },
};

/** A unit this version does not know is shown by its name. */
export function useUnitWord(): (unit: string, scale: number) => string {
  const { i18n } = useLingui();
  const words: Readonly<Record<string, MessageDescriptor>> = { piece: pieces };
  return (unit, scale) => {
    const word = words[unit];
    return word === undefined ? (symbols[unit]?.[scale] ?? unit) : i18n._(word);
  };
}
