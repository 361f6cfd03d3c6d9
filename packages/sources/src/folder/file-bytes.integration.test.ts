import { appendFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maxDocumentBytes, sha256 } from '@winnow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashFile } from './file-bytes.ts';
import { rawPathOfText } from './raw-path.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-bytes-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('hashFile', () => {
  it('hashes a file once more that changes meanwhile', async () => {
    const path = join(folder, 'changing');
    const content = Buffer.alloc(1_000_000, 'a');
    await writeFile(path, content);
    const now = Buffer.alloc(1_000_002, 'b');
    const hashed = await hashFile(
      rawPathOfText(path),
      beforeEachChunk((chunk) => {
        if (chunk === 3) writeFileSync(path, now);
      }),
    );
    expect(hashed).toEqual({ bytes: now.length, hash: sha256(now) });
  });

  it('gives up on one that keeps changing, and on one that grows too large', async () => {
    const path = join(folder, 'growing');
    await writeFile(path, 'a');
    const { bytes, hash } = await hashFile(
      rawPathOfText(path),
      beforeEachChunk((chunk) => {
        if (chunk < 5) appendFileSync(path, 'b');
      }),
    );
    expect(bytes).toBeGreaterThan(1);
    expect(hash).not.toBeNull();
    const larger = await hashFile(
      rawPathOfText(path),
      beforeEachChunk((chunk) => {
        if (chunk === 1) appendFileSync(path, Buffer.alloc(maxDocumentBytes));
      }),
    );
    expect(larger.hash).toBeNull();
  });
});

/** A signal that is never aborted, and tells when it is asked. */
function beforeEachChunk(call: (chunk: number) => void): AbortSignal {
  let chunk = 0;
  return Object.assign(new AbortController().signal, {
    throwIfAborted() {
      chunk += 1;
      call(chunk);
    },
  });
}
