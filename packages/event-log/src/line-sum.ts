// A short checksum of stored text (FNV-1a, 32 bits, over UTF-16 units): tells that a disk changed a line. Every single
// changed unit changes it. It proves nothing against intent; the hash chains do that.

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

export function lineSum(text: string): number {
  let sum = OFFSET_BASIS;
  for (let index = 0; index < text.length; index += 1) sum = Math.imul(sum ^ text.charCodeAt(index), PRIME);
  return sum >>> 0;
}
