import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { AppError, silentLogger } from '@winnow/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { restoreArchive } from './restore-archive.ts';
import { createLibrary, never, openStore, restorePorts, temporaryFolder } from './test-corpus.ts';
import { writeArchive } from './write-archive.ts';

let bytes: Buffer;
let lines: readonly string[];

/** Restores a file and tells what became of it: the error, or the archive of the corpus that it made. */
async function restored(content: Uint8Array): Promise<AppError | readonly string[]> {
  const folder = await temporaryFolder();
  const path = join(folder, 'damaged');
  await writeFile(path, content);
  const store = await openStore('embedded');
  try {
    const { corpus } = await restoreArchive(restorePorts(store), path, {}, never);
    const again = join(folder, 'again');
    await writeArchive({ store, log: silentLogger }, corpus, again, {}, never);
    return linesOf(await readFile(again));
  } catch (thrown) {
    // Refused, and nothing was made.
    expect(await store.corpora.list()).toEqual([]);
    expect(await store.runs.active()).toEqual([]);
    return AppError.from(thrown);
  }
}

function linesOf(compressed: Uint8Array): readonly string[] {
  return gunzipSync(compressed).toString().trimEnd().split('\n');
}

function fileOf(changed: readonly string[]): Buffer {
  return gzipSync(changed.map((line) => `${line}\n`).join(''));
}

/** The lines with a last one that fits them. */
function sealed(changed: readonly string[]): readonly string[] {
  const body = changed.slice(0, -1);
  const sha256 = createHash('sha256')
    .update(body.map((line) => `${line}\n`).join(''))
    .digest('hex');
  return [...body, JSON.stringify({ ...JSON.parse(changed.at(-1) ?? ''), sha256 })];
}

beforeAll(async () => {
  const { mkdtemp } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const folder = await mkdtemp(join(tmpdir(), 'winnow-archive-'));
  const store = await openStore('embedded');
  const corpus = await createLibrary(store);
  const first = join(folder, 'first');
  await writeArchive({ store, log: silentLogger }, corpus, first, {}, never);
  const whole = await restored(await readFile(first));
  if (whole instanceof AppError) throw whole;
  lines = whole;
  bytes = fileOf(lines);
});

describe('a damaged archive', () => {
  it('is refused, with nothing made of it, or says the same all the same: any bit turned over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        const result = await restored(damaged);
        // The first bytes name the packer and the time, which nothing depends on.
        if (result instanceof AppError) expect(result.code).toBe('invalid_argument');
        else expect(result).toEqual(lines);
      }),
      { numRuns: 150 },
    );
  });

  it('is refused, with nothing made of it, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        expect(await restored(bytes.subarray(0, length))).toMatchObject({ code: 'invalid_argument' });
      }),
      { numRuns: 60 },
    );
  });

  it('is refused where it was packed again with a line lost, doubled, moved or changed', async () => {
    const line = fc.nat(lines.length - 1);
    const damage = fc.oneof(
      line.map((at) => lines.filter((_, index) => index !== at)),
      line.map((at) => [...lines.slice(0, at + 1), ...lines.slice(at)]),
      line.map((at) => [...lines.slice(at), ...lines.slice(0, at)]).filter((moved) => moved[0] !== lines[0]),
      fc.tuple(line, fc.nat(200)).map(([at, place]) =>
        lines.map((text, index) => {
          if (index !== at) return text;
          const where = place % text.length;
          return `${text.slice(0, where)}${text[where] === '1' ? '2' : '1'}${text.slice(where + 1)}`;
        }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (changed) => {
        const result = await restored(fileOf(changed));
        expect(result).toBeInstanceOf(AppError);
        // A version that is changed may be that of a newer Winnow.
        expect(['invalid_argument', 'failed_precondition']).toContain((result as AppError).code);
      }),
      { numRuns: 100 },
    );
  });

  it.each<[string, RegExp, (whole: readonly string[]) => Uint8Array]>([
    ['a file of text', /is no archive of a corpus/, () => Buffer.from('hello\n')],
    ['a packed file of text', /is no archive of a corpus/, () => gzipSync('hello\n')],
    ['JSON lines of another kind', /is no archive of a corpus/, () => gzipSync('{"winnowPlan":1}\n')],
    ['an empty file', /is (?:cut off|no archive)/, () => Buffer.alloc(0)],
    ['a packed file of nothing', /is no archive of a corpus/, () => gzipSync('')],
    ['half of one', /is cut off: its end is missing/, (whole) => gzipSync(whole.slice(0, 9).join('\n'))],
    ['one without its last line', /is cut off: its end is missing/, (whole) => fileOf(whole.slice(0, -1))],
    [
      'one of a newer version',
      /was written by a newer Winnow \(archive 3; this one reads up to 2\)/,
      (whole) =>
        fileOf(
          sealed(whole.map((line, at) => (at === 0 ? line.replace('"version":2', '"version":3') : line))),
        ),
    ],
    [
      'one with a line that no reader takes into memory',
      /a line of more than 67108864 bytes/,
      (whole) => gzipSync(`${whole[0]}\n${'x'.repeat(64 * 1024 * 1024 + 1)}`),
    ],
    [
      'one that lacks a document, though its checksum was made to fit',
      /its lines are not as many as its last one says/,
      (whole) => fileOf(sealed(whole.filter((line) => !line.includes('"documentId":"never-was.txt"')))),
    ],
    [
      'one that lacks a chunk, though its checksum was made to fit',
      /a document has \d chunks and should have \d/,
      (whole) =>
        fileOf(
          sealed(
            whole.filter((_, at) => at !== whole.findLastIndex((line) => line.includes('"kind":"chunk"'))),
          ),
        ),
    ],
    [
      'one with a shorter vector',
      /a vector of other than 16 numbers/,
      (whole) => fileOf(sealed(whole.map((line) => line.replace(/"vector":"[^"]+"/, '"vector":"AAAAAA=="')))),
    ],
    [
      'one that goes on',
      /it goes on behind its last line/,
      (whole) => fileOf([...whole, whole.at(-1) ?? '']),
    ],
  ])('refuses %s with a sentence that says so', async (_, message, make) => {
    const result = await restored(make(lines));
    expect(result).toBeInstanceOf(AppError);
    expect((result as AppError).message).toMatch(message);
  });

  it('is not what one with fields of a later version is: they are passed over', async () => {
    const later = lines.map((line) => JSON.stringify({ ...JSON.parse(line), later: { a: [1] } }));
    expect(await restored(fileOf(sealed(later)))).toEqual(lines);
  });

  it('is not what one of version 1 is, which knew nothing of what was pushed', async () => {
    const isKnown = (line: string) => !line.includes('"kind":"pushed"');
    const first = lines.filter(isKnown).map((line) => {
      const { pushed: _, ...rest } = JSON.parse(line);
      return JSON.stringify(rest.kind === 'header' ? { ...rest, version: 1 } : rest);
    });
    const result = await restored(fileOf(sealed(first)));
    if (result instanceof AppError) throw result;
    expect(result.slice(0, -1)).toEqual(lines.slice(0, -1).filter(isKnown));
  });

  it('is read from a file only, which is read twice', async () => {
    const store = await openStore('embedded');
    const restore = (path: string) => restoreArchive(restorePorts(store), path, {}, never);
    await expect(restore(await temporaryFolder())).rejects.toThrow('is no file');
    await expect(restore('/dev/null')).rejects.toThrow('is no file');
    await expect(restore('/absent/archive')).rejects.toMatchObject({
      code: 'not_found',
      message: 'there is no archive /absent/archive',
    });
  });
});
