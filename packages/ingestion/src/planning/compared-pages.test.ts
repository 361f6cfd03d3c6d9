import {
  type CorpusSource,
  type DocumentId,
  liveRef,
  type ManifestEntry,
  noUsage,
  type RemovedSource,
  type Source,
  type SourceId,
  type Store,
} from '@winnow/core';
import { contentHashOf, corpusOf, createMapSource, documentIdOf, runIdOf, testMaking } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { revisionOfItem } from './classify-item.ts';
import { comparedPages } from './compared-pages.ts';
import { createDocumentIdSet } from './document-id-set.ts';

const ref = liveRef(corpusOf('handbook'));
const wiki: CorpusSource = {
  sourceId: 'wiki' as SourceId,
  prefix: '',
  settings: { kind: 'folder', path: '/corpus', include: ['**/*'], exclude: [] },
};
const how = { runId: null, making: testMaking, remake: false, forced: false };

function entryOf(id: string, overrides: Partial<ManifestEntry> = {}): ManifestEntry {
  return {
    documentId: documentIdOf(id),
    state: 'live',
    revision: 1,
    sourceId: 'blog' as SourceId,
    liveRevision: 1,
    liveVersion: '1',
    chunkCount: 1,
    bytes: 4,
    making: testMaking,
    dismissed: false,
    contentHash: contentHashOf('text'),
    location: {},
    lane: 0,
    attempts: 0,
    reason: null,
    runId: runIdOf('run-1'),
    usage: noUsage,
    updatedAt: '2026-01-02T03:04:05.000Z',
    ...overrides,
  };
}

async function compare(entries: readonly ManifestEntry[], documents: Readonly<Record<string, string>>) {
  return await compareWith(entries, () => createMapSource(new Map(Object.entries(documents))));
}

async function compareWith(
  entries: readonly ManifestEntry[],
  openSource: () => Source,
  removedSources: readonly RemovedSource[] = [],
) {
  const byId = new Map(entries.map((entry) => [entry.documentId, entry]));
  const get = async (_: unknown, ids: readonly DocumentId[]) =>
    new Map(ids.flatMap((id) => (byId.has(id) ? [[id, byId.get(id)]] : [])));
  const store = { manifest: { get } } as unknown as Store;
  const listed = createDocumentIdSet();
  const comparing = { ref, corpus: { removedSources }, source: wiki, listed, classifying: () => how };
  const { signal } = new AbortController();
  const pages = await Array.fromAsync(
    comparedPages({ store, openSource }, comparing, { after: null, signal }),
  );
  return { items: pages.flatMap(({ items }) => items), listed };
}

describe('comparedPages', () => {
  it('gives a document another id whose own one is that of another source, and knows it by that id', async () => {
    const others = entryOf('guide.md');
    const first = await compare([others], { 'guide.md': 'text' });
    expect(first.items).toMatchObject([
      { action: 'accept', change: 'unreadable', item: { documentId: 'wiki:guide.md', kind: 'unreadable' } },
    ]);
    expect(first.listed.has('wiki:guide.md')).toBe(true);

    const [compared] = first.items;
    if (compared === undefined) throw new Error('it was listed');
    const { reason, contentHash } = revisionOfItem(compared.item, undefined, wiki.sourceId);
    const recorded = {
      state: 'failed',
      liveRevision: null,
      reason,
      contentHash,
      sourceId: wiki.sourceId,
    } as const;
    const again = await compare([others, entryOf('wiki:guide.md', recorded)], { 'guide.md': 'text' });
    expect(again.items).toMatchObject([{ action: 'keep', change: 'unchanged' }]);
  });

  it('takes an id over that another source has deleted', async () => {
    const deleted = entryOf('guide.md', { state: 'deleted', liveRevision: null });
    const { items } = await compare([deleted], { 'guide.md': 'text' });
    expect(items).toMatchObject([{ action: 'accept', change: 'new', item: { documentId: 'guide.md' } }]);
  });

  it('takes an id over from a source that somebody removed, the same bytes too', async () => {
    const removed = { ...wiki, sourceId: 'blog' as SourceId, removedAt: '2026-01-02T03:04:05.000Z' };
    const documents = new Map([['guide.md', 'text']]);
    const { items } = await compareWith([entryOf('guide.md')], () => createMapSource(documents), [removed]);
    expect(items).toMatchObject([{ action: 'accept', change: 'changed', item: { documentId: 'guide.md' } }]);
  });

  it('names what cannot be read, though another has its id already', async () => {
    const reason = { code: 'malformed', message: 'line-2: no JSON' } as const;
    const { items } = await compareWith([], () => ({
      ...createMapSource(new Map()),
      async *scan() {
        const cursor = '1';
        const documentId = documentIdOf('line-2');
        yield {
          kind: 'document',
          documentId,
          location: {},
          contentHash: contentHashOf('text'),
          bytes: 4,
          cursor,
        };
        yield { kind: 'unreadable', documentId, otherwise: documentIdOf("line-2'"), reason, cursor };
      },
    }));
    expect(items).toMatchObject([
      { item: { documentId: 'line-2', kind: 'document' } },
      { item: { documentId: "line-2'", kind: 'unreadable', reason } },
    ]);
  });
});
