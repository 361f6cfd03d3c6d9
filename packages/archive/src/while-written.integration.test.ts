import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { type DocumentId, liveRef, silentLogger } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import type { ChunkLine, DocumentLine } from './archive-format.ts';
import { restoreArchive } from './restore-archive.ts';
import {
  createCorpus,
  never,
  openStore,
  publish,
  restorePorts,
  type TestDocument,
  temporaryFolder,
} from './test-corpus.ts';
import { writeArchive } from './write-archive.ts';

const documents = 60;

/** Every chunk says which version it is of, and how many chunks that has. */
function version(of: number): readonly TestDocument[] {
  return Array.from({ length: documents }, (_, at) => {
    const count = 1 + ((at + of) % 5);
    const texts = Array.from(
      { length: count },
      (_, position) => `version ${of}, part ${position} of ${count}`,
    );
    return { id: `document-${at}`, texts, title: `Version ${of}` };
  });
}

describe.each(['embedded', 'elasticsearch'] as const)(
  'an archive of a corpus in %s that is written to',
  (kind) => {
    it('has each document whole, at one version', async () => {
      const store = await openStore(kind);
      const corpus = await createCorpus(store);
      await publish(store, corpus, version(1));
      const path = join(await temporaryFolder(), 'archive');
      let isOver = false;
      const writer = (async () => {
        for (let of = 2; !isOver; of += 1) {
          for (let at = 0; at < documents && !isOver; at += 10) {
            await publish(store, corpus, version(of).slice(at, at + 10));
            // The embedded index is written to without giving way.
            await wait(20);
          }
        }
      })();
      const seen = new Set<string>();
      try {
        for (let round = 0; round < 5; round += 1) {
          await writeArchive({ store, log: silentLogger }, corpus, path, {}, never);
          for (const { title, texts } of await documentsIn(path)) {
            seen.add(title);
            const [, of] = /^Version (\d+)$/.exec(title) ?? [];
            expect(texts).toEqual(texts.map((_, at) => `version ${of}, part ${at} of ${texts.length}`));
          }
        }
      } finally {
        isOver = true;
        await writer;
      }
      expect(seen.size).toBeGreaterThan(1);
      const target = await openStore('embedded');
      const { counts } = await restoreArchive(restorePorts(target), path, {}, never);
      expect(counts.searchable).toBe(documents);
    });

    it('names a document whose chunks are lost, and leaves it out', async () => {
      const store = await openStore(kind);
      const corpus = await createCorpus(store);
      await publish(store, corpus, version(1).slice(0, 3));
      const ref = liveRef(corpus);
      const damaged = {
        ...store.chunks,
        async documents(...given: Parameters<typeof store.chunks.documents>) {
          const kept = await store.chunks.documents(...given);
          return kept.map((document) =>
            document.entry.documentId === 'document-1' ? { ...document, isDamaged: true } : document,
          );
        },
      };
      const path = join(await temporaryFolder(), 'archive');
      const written = await writeArchive(
        { store: { ...store, chunks: damaged }, log: silentLogger },
        corpus,
        path,
        {},
        never,
      );
      expect(written.omitted).toEqual({ damaged: ['document-1'], unfinished: [] });
      expect((await store.manifest.tally(ref)).searchable).toBe(3);
      const target = await openStore('embedded');
      const restored = await restoreArchive(restorePorts(target), path, {}, never);
      expect(restored.counts).toMatchObject({ documents: 2, omitted: 1 });
      const entries = await target.manifest.get(liveRef(restored.corpus), ['document-1' as DocumentId]);
      expect(entries.size).toBe(0);
    });
  },
);

async function documentsIn(path: string) {
  const found: { readonly title: string; readonly texts: string[] }[] = [];
  for (const line of gunzipSync(await readFile(path))
    .toString()
    .trimEnd()
    .split('\n')) {
    const parsed = JSON.parse(line) as DocumentLine | ChunkLine;
    if (parsed.kind === 'document') found.push({ title: parsed.live?.title ?? '', texts: [] });
    if (parsed.kind === 'chunk') found.at(-1)?.texts.push(parsed.text);
  }
  return found;
}
