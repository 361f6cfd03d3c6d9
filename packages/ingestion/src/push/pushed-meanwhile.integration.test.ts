import { AppError, type ContentChange, type Corpus, liveRef } from '@winnow/core';
import { corpusOf, documentIdOf } from '@winnow/testkit';
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
