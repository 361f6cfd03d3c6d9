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

  it('gives all it holds, and what was added since it was asked, to other sets', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.uniqueArray(fc.string()), (early, late) => {
        const set = createDocumentIdSet();
        for (const id of early) set.add(id);
        expect(set.added()).toHaveLength(12 * early.length);
        for (const id of late) set.add(id);
        const [all, added] = [createDocumentIdSet(), createDocumentIdSet()];
        all.load(set.packed());
        added.load(set.added());
        expect(set.added()).toHaveLength(0);
        expect(all.size).toBe(set.size);
        for (const id of [...early, ...late]) expect(all.has(id)).toBe(true);
        for (const id of late) expect(added.has(id)).toBe(!early.includes(id));
      }),
    );
  });
});
