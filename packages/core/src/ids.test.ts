import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunkIdOf, type DocumentId, documentKeyOf, sha256 } from './ids.ts';

const documentId = (text: string) => text as DocumentId;

describe('ids', () => {
  test('sha256 of text is that of its UTF-8 bytes', () => {
    expect(sha256('中文')).toBe(sha256(new TextEncoder().encode('中文')));
  });

  test('document keys are 22 characters that are safe in any key, whatever the id', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (id) => {
        expect(documentKeyOf(documentId(id))).toMatch(/^[A-Za-z0-9_-]{22}$/);
      }),
    );
  });

  test('chunk ids differ where document, position or text does', () => {
    const ids = [
      chunkIdOf(documentId('a'), 0, 'text'),
      chunkIdOf(documentId('b'), 0, 'text'),
      chunkIdOf(documentId('a'), 1, 'text'),
      chunkIdOf(documentId('a'), 0, 'text!'),
    ];
    expect(new Set(ids).size).toBe(4);
  });
});
