import type { DocumentId } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDocumentIdSet } from './document-id-set.ts';

describe('createDocumentIdSet', () => {
  it('answers like a set', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 3 })),
        fc.array(fc.string({ maxLength: 3 })),
        (added, asked) => {
          const expected = new Set<string>();
          const set = createDocumentIdSet();
          for (const id of added) {
            expect(set.add(id as DocumentId)).toBe(!expected.has(id));
            expected.add(id);
          }
          for (const id of [...added, ...asked]) expect(set.has(id as DocumentId)).toBe(expected.has(id));
        },
      ),
    );
  });

  it('still knows all of them after it grew', () => {
    const set = createDocumentIdSet();
    const ids = Array.from({ length: 20_000 }, (_, index) => `folder/${index}.md` as DocumentId);
    for (const id of ids) set.add(id);
    expect(ids.every((id) => set.has(id))).toBe(true);
    expect(set.has('folder/20000.md' as DocumentId)).toBe(false);
  });
});
