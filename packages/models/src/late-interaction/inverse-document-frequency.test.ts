import { expect, it } from 'vitest';
import { inverseDocumentFrequencies } from './inverse-document-frequency.ts';

it('weighs a rare token more than a common one, and none as nothing', () => {
  const [unseen = 0, rare = 0, common = 0, everywhere = 0] = inverseDocumentFrequencies({
    chunks: 100,
    counts: [0, 1, 60, 100],
  });
  expect(unseen).toBeGreaterThan(rare);
  expect(rare).toBeGreaterThan(common);
  expect(common).toBeGreaterThan(everywhere);
  expect(everywhere).toBeGreaterThan(0);
  expect(rare).toBeCloseTo(Math.log(1 + 99.5 / 1.5), 10);
});

it('stays above 0 where dead revisions are counted too, and in an empty corpus', () => {
  expect(inverseDocumentFrequencies({ chunks: 10, counts: [15] })[0]).toBeGreaterThan(0);
  expect(inverseDocumentFrequencies({ chunks: 0, counts: [0] })[0]).toBeGreaterThan(0);
});
