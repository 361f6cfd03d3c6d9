import { expect, it } from 'vitest';
import { labelClusters } from './label-clusters.ts';

it('names a cluster by the words that it has and others have not', () => {
  const texts = [
    { cluster: 0, text: 'our product: invoices and payment' },
    { cluster: 0, text: 'our product: payment of invoices' },
    { cluster: 1, text: 'our product: cats and kittens' },
    { cluster: 1, text: 'our product: kittens of cats' },
  ];
  const [money, pets, empty] = labelClusters(texts, 3);
  expect(money?.split(', ').slice(0, 2)).toEqual(['invoices', 'payment']);
  expect(pets?.split(', ').slice(0, 2)).toEqual(['cats', 'kittens']);
  expect(empty).toBe('');
});

it('does not let one long document name a topic', () => {
  const others = Array.from({ length: 60 }, () => ({ cluster: 0, text: 'vaccines' }));
  expect(labelClusters([...others, { cluster: 0, text: 'zebra '.repeat(500) }], 1)).toEqual(['vaccines']);
});
