// An event's bytes, for whoever only keeps them: no schema.

/** An event's bytes: one line of JSON, well-formed Unicode, no line break. Made once, by the maker. */
export type EventLine = string;

/** Length of a text in UTF-8 bytes, without allocating them. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code >= 0xd800 && code <= 0xdbff) {
      bytes += 4;
      index += 1;
    } else bytes += 3;
  }
  return bytes;
}
