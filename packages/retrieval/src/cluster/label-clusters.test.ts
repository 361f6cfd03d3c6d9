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

it('names no cluster by a word that every document has, however many others there are', () => {
  const common = 'subject: sender: reply: ';
  const texts = Array.from({ length: 40 }, (_, at) => ({
    cluster: at % 4,
    text: `${common}${['engine', 'goal', 'planet', 'vote'][at % 4]} wheel${at % 3} words${at}`,
  }));
  const labels = labelClusters(texts, 4);
  expect(labels.map((label) => label.split(', ')[0])).toEqual(['engine', 'goal', 'planet', 'vote']);
  for (const label of labels) expect(label).not.toMatch(/subject|sender|reply/);
});

it('does not let one long document name a topic', () => {
  const others = Array.from({ length: 60 }, () => ({ cluster: 0, text: 'vaccines' }));
  const long = { cluster: 0, text: 'zebra '.repeat(500) };
  expect(labelClusters([...others, long, { cluster: 1, text: 'patents' }], 2)).toEqual([
    'vaccines',
    'patents',
  ]);
});
