// The hash under every chain and derived id. An argument wherever it is used, so that servers pass their native one.
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** SHA-256 of a text's UTF-8 bytes, as 64 lower-case hex digits. */
export type Sha256 = (text: string) => string;

/** Portable SHA-256 (about 2.6 kB gzip), for devices and tests. */
export const sha256: Sha256 = (text) => bytesToHex(nobleSha256(utf8ToBytes(text)));
