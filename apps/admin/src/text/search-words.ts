// Finding text as people type it: any word order, any case, with or without accents. Pure.

/** Lower case without accents: "Café" is found by "cafe". */
export function plainText(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** Words typed into a search box beyond this many are not looked at. */
export const searchWordsMax = 12;

/** A test for texts that were made plain; true for everything when nothing was typed. */
export function wordsFinder(query: string): (plain: string) => boolean {
  const words = plainText(query).split(/\s+/).filter(Boolean).slice(0, searchWordsMax);
  return (plain) => words.every((word) => plain.includes(word));
}
