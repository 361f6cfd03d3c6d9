/**
 * English words that carry no topic: Lucene's list of 33. It is short on purpose: longer lists drop words
 * that people do ask for (`well`, `like`, `who`) and gained nothing on the collections we measured.
 */
export const stopWords: ReadonlySet<string> = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such ' +
    'that the their then there these they this to was will with'
  ).split(' '),
);
