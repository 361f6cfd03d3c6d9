import type { Corpus, Embedder, RawDocument, Source, Store } from '@winnow/core';
import { expect, test } from 'vitest';
import { type CorpusRequest, type CreateCorpusPorts, createCorpus } from './create-corpus.ts';

/** Ports over a folder of one document; `read` is whatever was read or parsed of it. */
function portsOf(): { readonly ports: CreateCorpusPorts; readonly read: string[] } {
  const read: string[] = [];
  const source: Partial<Source> = {
    check: async () => {},
    async *scan() {
      read.push('scanned');
      yield {
        kind: 'document',
        documentId: 'a.md',
        location: {},
        bytes: 1,
        contentHash: '0',
        cursor: '',
      } as never;
    },
    read: async () => {
      read.push('read');
      return {} as RawDocument;
    },
  };
  const corpora: Partial<Store['corpora']> = {
    get: async () => null,
    create: async (corpus: Corpus) => corpus as never,
  };
  const ports = {
    store: { corpora },
    making: { parser: '1', chunker: '1', analysis: '1' },
    now: () => new Date(0),
    openSource: () => source,
    loadEmbedder: async () => ({ dimensions: 2, maxTokens: 512, fingerprint: 'f' }) as unknown as Embedder,
    sampleText: async () => {
      read.push('parsed');
      return '中文的文档';
    },
  } as unknown as CreateCorpusPorts;
  return { ports, read };
}

const sources: CorpusRequest['sources'] = [
  { id: null, settings: { kind: 'folder', path: '/corpus', include: ['**/*'], exclude: [] } },
];
const { signal } = new AbortController();

test('no document is read where the language is given, or the model', async () => {
  for (const given of [{ language: 'en' }, { language: 'zh' }, { embedder: 'own' }] as const) {
    const { ports, read } = portsOf();
    await createCorpus(ports, { name: 'x', sources, ...given }, signal);
    expect(read).toEqual([]);
  }
});

test('where neither is, the text of a sample comes from the port that parses elsewhere', async () => {
  const { ports, read } = portsOf();
  const corpus = await createCorpus(ports, { name: 'x', sources }, signal);
  expect(read).toEqual(['scanned', 'read', 'parsed']);
  expect(corpus.generations[0]?.embedder).toBe('bge-small-zh-v1.5');
});
