import { expect, it } from 'vitest';
import { labelWordsOf } from './label-words.ts';

it('gives whole words, of Chinese too', () => {
  expect(labelWordsOf('The Rollback of releases: x1, 2024')).toEqual(['rollback', 'releases']);
  expect(labelWordsOf('本文研究控制系统')).toContain('系统');
});
