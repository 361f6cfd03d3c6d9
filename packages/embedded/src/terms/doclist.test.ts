import { AppError } from '@winnow/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDoclist } from './doclist.ts';
import { findTerm, leafOf } from './leaf.ts';

const page = fc.uint8Array({ maxLength: 200 }).map((bytes) => {
  const marked = Uint8Array.from([0, 4, 0, Math.min(bytes.length + 4, 150), ...bytes]);
  return leafOf(marked);
});

test('pages of any bytes come to an end, or are called damaged', () => {
  fc.assert(
    fc.property(
      fc.array(page, { minLength: 1, maxLength: 4 }),
      fc.uint8Array({ maxLength: 3 }),
      (pages, term) => {
        const [first, ...others] = pages;
        if (first === undefined) return;
        findTerm(first, term);
        try {
          readDoclist(
            { leaf: first, start: 4, end: first.end },
            () => others.shift() ?? null,
            () => {},
          );
        } catch (thrown) {
          expect(AppError.from(thrown).code).toBe('failed_precondition');
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
