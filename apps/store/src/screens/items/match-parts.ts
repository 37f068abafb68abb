// Which letters of a name a query matched, for showing them bold. Pure; accents and case do not matter, as in the search.
import { searchable } from '@streamstock/inventory';

export interface Part {
  readonly text: string;
  readonly matched: boolean;
}

/** The name in parts; together they are the name. */
export function matchParts(name: string, query: string): Part[] {
  const letters = Array.from(name);
  // One searchable letter for each letter shown, so that places agree.
  const plain = letters.map((letter) => Array.from(searchable(letter))[0] ?? letter);
  const marked = letters.map(() => false);
  for (const word of searchable(query.trim()).split(/\s+/).filter(Boolean)) {
    const wanted = Array.from(word);
    for (let start = 0; start + wanted.length <= plain.length; start += 1) {
      if (!wanted.every((letter, offset) => plain[start + offset] === letter)) continue;
      marked.fill(true, start, start + wanted.length);
      break;
    }
  }
  const parts: { text: string; matched: boolean }[] = [];
  for (const [index, letter] of letters.entries()) {
    const matched = marked[index] === true;
    const last = parts.at(-1);
    if (last?.matched === matched) last.text += letter;
    else parts.push({ text: letter, matched });
  }
  return parts;
}
