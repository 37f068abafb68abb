// Copies a file with its checksum in one reading, on disk when it resolves.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const CHUNK_BYTES = 1024 * 1024;

export interface FileSum {
  readonly bytes: number;
  readonly sha256: string;
}

/** `to` must not exist yet. */
export async function copyWithSum(from: string, to: string): Promise<FileSum> {
  const target = await open(to, 'wx', 0o600);
  try {
    const sum = await readThrough(from, async (chunk) => {
      for (let at = 0; at < chunk.length;) at += (await target.write(chunk, at)).bytesWritten;
    });
    await target.sync();
    return sum;
  } finally {
    await target.close();
  }
}

/** Also brings the file's bytes to the disk. */
export async function sumOf(file: string): Promise<FileSum> {
  const sum = await readThrough(file, async () => {});
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  return sum;
}

async function readThrough(file: string, take: (chunk: Buffer) => Promise<void>): Promise<FileSum> {
  const source = await open(file, 'r');
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(CHUNK_BYTES);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await source.read(buffer, 0, CHUNK_BYTES, bytes);
      if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      await take(chunk);
      bytes += bytesRead;
    }
  } finally {
    await source.close();
  }
}
