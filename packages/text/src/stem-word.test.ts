import { describe, expect, it } from 'vitest';
import { stemWord } from './stem-word.ts';

describe('stemWord', () => {
  it.each([
    ['consistently', 'consist'],
    ['knightly', 'knight'],
    ['generously', 'generous'],
    ['skies', 'sky'],
    ['dying', 'die'],
    ['relational', 'relat'],
    ['running', 'run'],
    ['news', 'news'],
    ['was', 'was'],
    ['hopping', 'hop'],
    ['hoping', 'hope'],
  ])('stems %s as the published vocabulary of Snowball does', (word, stem) => {
    expect(stemWord(word)).toBe(stem);
  });

  it('leaves words with digits or other letters as they are', () => {
    expect(stemWord('utf8s')).toBe('utf8s');
    expect(stemWord('größes')).toBe('größes');
  });
});
