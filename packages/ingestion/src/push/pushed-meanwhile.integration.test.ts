import { AppError, type ContentChange, type Corpus, liveRef, sha256 } from '@winnow/core';
import { chunkOf, corpusOf, documentIdOf, newRevisionOf, revisionOf, runIdOf } from '@winnow/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { IngestPorts } from '../ports.ts';
import { type LocalBench, openLocalBench } from '../testing/local-bench.ts';
import { pushDocuments } from './push-documents.ts';

const documentId = documentIdOf('doc');
const { signal } = new AbortController();

let bench: LocalBench;
let corpus: Corpus;
beforeEach(async () => {
  bench = await openLocalBench();
  const plain = corpusOf('pushed', 64);
  const [source] = plain.sources;
  if (source === undefined) throw new Error('a corpus has a source');
  corpus = { ...plain, sources: [{ ...source, settings: { kind: 'push', place: 'pushed' } }] };
  await bench.store.corpora.create(corpus);
});
afterEach(() => bench.close());

it('a document that is pushed while somebody deletes what was there before stays, though that process dies', async () => {
  const { ports } = await bench.boot();
  await pushDocuments(ports, corpus, [change(1, 'one')], signal);
  const dying = afterReadingContents(ports, async () => {
    const [pushed] = await pushDocuments(ports, corpus, [change(3, 'three')], signal);
    expect(pushed).toMatchObject({ outcome: 'kept', entry: { state: 'pending' } });
  });
  await expect(pushDocuments(dying, corpus, [change(2, null)], signal)).rejects.toThrow('killed');
  const entries = await bench.store.manifest.get(liveRef(corpus), [documentId]);
  expect(entries.get(documentId)?.state).not.toBe('deleted');
});

it('a document whose bytes were not in the archive that it came with stays as it is when an older one is refused', async () => {
  const { ports } = await bench.boot();
  const ref = liveRef(corpus);
  const contentHash = sha256('of a newer version than the one that can be found');
  await bench.store.manifest.accept(ref, runIdOf('restore'), [newRevisionOf('doc')]);
  const chunk = chunkOf(documentId, 0, 'one', { dimensions: 64 });
  await bench.store.chunks.commit(ref, [revisionOf('doc', 1, [chunk])], signal);
  const before = (await bench.store.manifest.get(ref, [documentId])).get(documentId);
  await bench.store.contents.restore('pushed', [{ documentId, version: 9, contentHash }]);
  const [refused] = await pushDocuments(ports, corpus, [change(3, 'three')], signal);
  expect(refused).toMatchObject({ outcome: 'older', entry: before });
  const [taken] = await pushDocuments(ports, corpus, [change(10, 'ten')], signal);
  expect(taken).toMatchObject({ outcome: 'kept', entry: { revision: 2 } });
});

function change(version: number, text: string | null): ContentChange {
  const content =
    text === null ? null : { content: Buffer.from(text), mediaType: 'text/plain', title: null, metadata: {} };
  return { documentId, version, idempotencyKey: null, content };
}

/** Ports of a process where something happens after its first look at what is pushed, and that dies after it has removed anything. */
function afterReadingContents(ports: IngestPorts, happens: () => Promise<void>): IngestPorts {
  const { contents, chunks } = ports.store;
  let isFirst = true;
  return {
    ...ports,
    store: {
      ...ports.store,
      contents: {
        ...contents,
        async entries(...values) {
          const entries = await contents.entries(...values);
          if (isFirst) {
            isFirst = false;
            await happens();
          }
          return entries;
        },
      },
      chunks: {
        ...chunks,
        async remove(...values) {
          await chunks.remove(...values);
          throw new AppError('unavailable', 'killed');
        },
      },
    },
  };
}
