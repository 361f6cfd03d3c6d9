import type { ChunkId, DocumentId } from '@winnow/core';
import { contentHashOf, testMaking } from '@winnow/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BundledDocument, partsOf } from './bundle-part.ts';

function preparedOf(name: string, chunkCount: number): BundledDocument {
  const chunks = Array.from({ length: chunkCount }, (_, position) => {
    const text = `${name} ${position}`;
    const chunkId = text as ChunkId;
    return {
      chunkId,
      position,
      start: 0,
      end: text.length,
      headings: [],
      text,
      tokenCount: 2,
      terms: '',
      modelTokens: [],
    };
  });
  const documentId = name as DocumentId;
  const document = { documentId, revision: 1, making: testMaking, isNew: true, title: name, metadata: {} };
  return { ...document, contentHash: contentHashOf(name), chunks };
}

describe('partsOf', () => {
  it('keeps every document and chunk in order, and each part within its limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 40 }),
        (counts, chunks, textUnits) => {
          const bundle = counts.map((count, index) => preparedOf(`document-${index}`, count));
          const parts = partsOf(bundle, { chunks, textUnits });
          const texts = parts.flatMap((part) => part.chunks.map(({ text }) => text));
          expect(texts).toEqual(bundle.flatMap((document) => document.chunks.map(({ text }) => text)));
          const owners = parts.flatMap((part) => part.documents.map(({ documentId }) => documentId));
          expect([...new Set(owners)]).toEqual(bundle.map(({ documentId }) => documentId));
          for (const part of parts) {
            expect(part.chunks.length).toBeLessThanOrEqual(chunks);
            const units = part.chunks.reduce((sum, { text }) => sum + text.length, 0);
            expect(part.chunks.length === 1 || units <= textUnits).toBe(true);
            for (const chunk of part.chunks) {
              expect(chunk.text.startsWith(`${part.documents[chunk.document]?.title} `)).toBe(true);
            }
          }
        },
      ),
    );
  });

  it('puts a document without chunks into one part', () => {
    const [part, ...others] = partsOf([preparedOf('empty', 0)]);
    expect(others).toEqual([]);
    expect(part).toMatchObject({ documents: [{ documentId: 'empty' }], chunks: [] });
  });
});
