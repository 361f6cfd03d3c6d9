import { randomOf, unitVector } from '@winnow/testkit';

const wordCount = 30_000;
const subjectCount = 500;
/** Words that a subject has of its own. */
const wordsPerSubject = 200;
const wordsPerText = 30;
const wordsPerQuery = 8;

/** Vectors like those of texts; equal numbers give equal ones. */
export interface WordedVectors {
  text(index: number): Float32Array;
  query(index: number): Float32Array;
}

/**
 * Sums of a random vector for each word. Word n comes 1/n as often as the first; every second one is of the text's subject, and
 * the commonest are in nearly every text, so that all vectors have something in common, as those of models do.
 */
export function createWordedVectors(dimensions: number): WordedVectors {
  const words = Array.from({ length: wordCount }, (_, word) => unitVector(word + 1, dimensions));
  const sumOf = (random: () => number, count: number): Float32Array => {
    const subject = Math.floor(random() * subjectCount);
    const sum = new Float32Array(dimensions);
    for (let at = 0; at < count; at++) {
      const word =
        at % 2 === 0
          ? Math.floor(wordCount ** random())
          : subject * 57 + 1_000 + Math.floor(wordsPerSubject ** random());
      const vector = words[word % wordCount] ?? sum;
      for (let place = 0; place < dimensions; place++) sum[place] = (sum[place] ?? 0) + (vector[place] ?? 0);
    }
    const length = Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0));
    return sum.map((value) => value / length);
  };
  return {
    text: (index) => sumOf(randomOf(2 * index + 1), wordsPerText),
    query: (index) => sumOf(randomOf(2 * index), wordsPerQuery),
  };
}
