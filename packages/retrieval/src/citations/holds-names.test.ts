import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holdsNames, missingNames } from './holds-names.ts';

describe('the names of a claim', () => {
  test.each([
    ['IL-6 drives it.', 'Signalling by IL6 drives it.'],
    ['It needs IFN-γ.', 'It needs IFN-gamma.'],
    ['GATA-3 matters.', 'Cells without Gata3 die.'],
    ['A Rad53-dependent step follows.', 'A step follows that depends on Rad53.'],
    ['It is stored as UTF-8.', 'Text is stored as UTF8.'],
    ['Several EMAs were tried.', 'One EMA was tried.'],
    ['After an AMI it rises.', 'After acute myocardial infarction it rises.'],
    ['Reciprocal rank fusion (RRF) is used.', 'Lists are merged by reciprocal rank fusion.'],
    ['You need 16GB of memory.', 'You need 16 GB of memory.'],
    ['It reads `ms-marco-MiniLM-L-6-v2`.', 'The model is ms-marco-MiniLM-L-6-v2.'],
    ['It needs two GPUs.', 'A GPU is needed.'],
    ['NIH 3T3 cells, which are of the NIH, were watched.', 'The cells are NIH3T3 fibroblasts.'],
    ['It makes one mRNA.', 'The mRNAs are made there.'],
    ['It runs on Elastic Search.', 'ElasticSearch must be running.'],
    ['It runs on ElasticSearch.', 'An Elastic Search must be running.'],
    ['Clocks of NIH 3T3 cells were watched.', 'The cells are NIH3T3 fibroblasts.'],
    ['the plain words of no name', 'something else'],
  ])('%s stands in: %s', (claim, source) => {
    expect(holdsNames(source, claim)).toBe(true);
  });

  test('stand in the text that they are of', () => {
    const part = fc.constantFrom('ms', 'MiniLM', 'L', '6', 'v2', 'IFN', 'γ', 'GPUs', 'the', '索引', 'É', '+');
    const joint = fc.constantFrom('-', '/', ' ', '.', '_', ', ', '（', "'");
    fc.assert(
      fc.property(fc.array(fc.tuple(part, joint)), (pieces) => {
        const text = pieces.flat().join('');
        expect(missingNames(text, text)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['IL-6 drives it.', 'Signalling by IL-2 drives 6 of them.'],
    ['GATA3 matters.', 'Cells without Gata2 die.'],
    ['It is stored as UTF-16.', 'Text is stored as UTF-8.'],
    ['After an AMI it rises.', 'After acute renal failure it rises.'],
    ['它使用MPEG-5。', '它使用MPEG-4。'],
    ['Ask the Redis server.', 'Ask the server.'],
    ['It answers over HTTPS.', 'It answers over HTTP.'],
    ['It runs on the Mac mini.', 'The machine has a minimum of memory.'],
  ])('%s does not stand in: %s', (claim, source) => {
    expect(holdsNames(source, claim)).toBe(false);
  });
});
