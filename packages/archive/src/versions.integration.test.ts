import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { liveRef, silentLogger } from '@winnow/core';
import { searchTerms } from '@winnow/text';
import { expect, it } from 'vitest';
import { restoreArchive } from './restore-archive.ts';
import { never, openStore, restorePorts, temporaryFolder } from './test-corpus.ts';
import { writeArchive } from './write-archive.ts';

const kinds = ['embedded', 'elasticsearch'] as const;
/** Lines of kind `pushed`, by the version of the format. */
const versions = [
  [1, 0],
  [2, 5],
] as const;
const cases = versions.flatMap(([version, pushed]) => kinds.map((kind) => ({ version, pushed, kind })));

/** Written when that was the newest version of the format, and kept as it was. */
function fixtureOf(version: number): string {
  return join(import.meta.dirname, `fixtures/version-${version}.winnow`);
}

async function linesOf(path: string) {
  const lines = gunzipSync(await readFile(path))
    .toString()
    .trimEnd()
    .split('\n');
  return lines.map((line): { readonly kind: string } => JSON.parse(line));
}

it.each(cases)('an archive of version $version is restored to $kind', async ({ version, pushed, kind }) => {
  const fixture = fixtureOf(version);
  const store = await openStore(kind);
  const { corpus, counts } = await restoreArchive(restorePorts(store), fixture, {}, never);
  expect(counts).toMatchObject({ documents: 19, searchable: 17, chunks: 38, failed: 3, goldenQueries: 3 });
  expect(counts.pushed).toBe(pushed);
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
