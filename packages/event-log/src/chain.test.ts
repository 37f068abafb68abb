import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centralChainStart, ChainHash, deviceChainStart, nextCentralHash, nextDeviceHash } from './chain.ts';
import { sha256 } from './sha256.ts';

const ID = '019cad8f-afe8-7736-976b-b4d801f8b9ee';

describe('hash chains', () => {
  it('hash UTF-8 bytes by SHA-256', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256('ü€😀')).toBe('bec2d3e7c2047c817dc4c8c4e13f7a4801bb0c7f8798e3ac3e2fd65d71cb4993');
  });

  it('start apart for every device and every epoch', () => {
    const starts = [
      deviceChainStart(sha256, 'a'),
      deviceChainStart(sha256, 'b'),
      centralChainStart(sha256, 'a'),
      centralChainStart(sha256, 'b'),
    ];
    expect(new Set(starts).size).toBe(4);
    expect(starts.every((start) => ChainHash.safeParse(start).success)).toBe(true);
  });

  // What is stored at devices depends on these: a change of the rule is a new protocol.
  it('are frozen', () => {
    const start = deviceChainStart(sha256, 'till-1');
    expect(start).toBe(sha256('streamstock.v1\ndevice\ntill-1'));
    expect(nextDeviceHash(sha256, start, '{"a":1}')).toBe(sha256(`${start}\n{"a":1}`));
    const centre = centralChainStart(sha256, 'epoch-1');
    expect(centre).toBe(sha256('streamstock.v1\ncentre\nepoch-1'));
    expect(nextCentralHash(sha256, centre, ID, '{"a":1}')).toBe(sha256(`${centre}\n${ID}\n{"a":1}`));
  });

  it('change in every later link when one line, one order or one length changes', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll('\n', ' '));
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.array(line, { minLength: 1, maxLength: 12 }),
        (one, other) => {
          const end = (lines: readonly string[]) =>
            lines.reduce((hash, text) => nextDeviceHash(sha256, hash, text), deviceChainStart(sha256, 'a'));
          const same = one.length === other.length && one.every((text, index) => text === other[index]);
          expect(end(one) === end(other)).toBe(same);
        },
      ),
    );
  });
});
