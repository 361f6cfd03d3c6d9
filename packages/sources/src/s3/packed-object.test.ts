import { randomBytes } from 'node:crypto';
import { AppError, sha256 } from '@winnow/core';
import { archiveOf } from '@winnow/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listArchive, readMember } from '../archive/archive.ts';
import { packedObject, type ReadRange } from './packed-object.ts';

const { signal } = new AbortController();

/** An object in memory, in pieces as a connection brings them, and the ranges that were asked for. */
function objectOf(content: Buffer, pieceBytes = 1_000) {
  const asked: { readonly start: number; readonly end: number }[] = [];
  const read: ReadRange = async function* (start, end) {
    asked.push({ start, end });
    for (let at = start; at < end; at += pieceBytes) {
      yield content.subarray(at, Math.min(end, at + pieceBytes));
    }
  };
  const state = sha256(content);
  return { asked, file: packedObject({ name: 'o', state, bytes: content.length }, read) };
}

describe('packedObject', () => {
  it('gives every file of an archive as it was packed, whatever the pieces it comes in', async () => {
    const files = fc.dictionary(fc.stringMatching(/^[a-z]{1,12}$/), fc.uint8Array({ maxLength: 3_000 }), {
      minKeys: 1,
      maxKeys: 6,
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(files, fc.integer({ min: 1, max: 5_000 }), async (packed, pieceBytes) => {
        const { file } = objectOf(archiveOf(packed), pieceBytes);
        const listed = await listArchive(file, signal);
        expect(listed.kind === 'archive' && [...listed.members.keys()].sort()).toEqual(
          Object.keys(packed).sort(),
        );
        for (const [name, content] of Object.entries(packed)) {
          const member = await readMember(file, name, signal);
          expect(Buffer.from(member.content).equals(content)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('asks of a large archive for its beginning, its list and what is wanted, each once', async () => {
    const large = randomBytes(3_000_000);
    const content = archiveOf({
      'large.bin': large,
      'small.txt': 'small',
      'other.bin': randomBytes(500_000),
    });
    const { asked, file } = objectOf(content);
    await listArchive(file, signal);
    expect(asked).toHaveLength(2);
    expect(asked.reduce((sum, { start, end }) => sum + end - start, 0)).toBeLessThan(140_000);
    asked.length = 0;
    expect(Buffer.from((await readMember(file, 'small.txt', signal)).content).toString()).toBe('small');
    expect(asked).toHaveLength(1);
    asked.length = 0;
    expect((await readMember(file, 'large.bin', signal)).content.length).toBe(large.length);
    // What stands before it, then the file.
    expect(asked).toHaveLength(2);
  });

  it('passes on what is wrong with the place that it lies in', async () => {
    const away = new AppError('unavailable', 'the bucket does not answer', { part: 'source' });
    const content = archiveOf({ 'a.txt': randomBytes(200_000) });
    for (const good of [0, 1, 2, 3]) {
      let left = good;
      const read: ReadRange = async function* (start, end) {
        if (left-- === 0) throw away;
        yield content.subarray(start, end);
      };
      const file = packedObject({ name: 'away', state: String(good), bytes: content.length }, read);
      const reading = readMember(file, 'a.txt', signal);
      if (good < 3) await expect(reading).rejects.toBe(away);
      else expect((await reading).content.length).toBe(200_000);
    }
  });
});
