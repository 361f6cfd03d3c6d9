import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { liveRef, silentLogger } from '@winnow/core';
import { searchTerms } from '@winnow/text';
import { expect, it } from 'vitest';
import { restoreArchive } from './restore-archive.ts';
import { never, openStore, restorePorts, temporaryFolder } from './test-corpus.ts';
import { writeArchive } from './write-archive.ts';

/** Written by the first version of the format, and kept as it was. */
const fixture = join(import.meta.dirname, 'fixtures/version-1.winnow');

async function linesOf(path: string) {
  const lines = gunzipSync(await readFile(path))
    .toString()
    .trimEnd()
    .split('\n');
  return lines.map((line): { readonly kind: string } => JSON.parse(line));
}

it.each(['embedded', 'elasticsearch'] as const)('an archive of version 1 is restored to %s', async (kind) => {
  const store = await openStore(kind);
  const { corpus, counts } = await restoreArchive(restorePorts(store), fixture, {}, never);
  expect(counts).toMatchObject({ documents: 19, searchable: 17, chunks: 38, failed: 3, goldenQueries: 3 });
  const recalled = await store.chunks.recall(liveRef(corpus), {
    terms: searchTerms('水泵'),
    vector: null,
    k: 1,
    filter: null,
    signal: never,
  });
  expect([...recalled.chunks.values()]).toMatchObject([
    { documentId: '水泵.txt', text: '水泵每个星期检查一次。' },
  ]);
  // Field by field: a later version may write more.
  const again = join(await temporaryFolder(), 'again');
  await writeArchive({ store, log: silentLogger }, corpus, again, {}, never);
  const isKept = ({ kind: line }: { readonly kind: string }) => !['header', 'omitted', 'end'].includes(line);
  expect((await linesOf(again)).filter(isKept)).toMatchObject((await linesOf(fixture)).filter(isKept));
});
