import { expect, it } from 'vitest';
import { wordSplitterFor } from './word-splitter.ts';

const bert = wordSplitterFor({
  normalizer: { type: 'BertNormalizer', handle_chinese_chars: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
});
const unigram = wordSplitterFor({
  normalizer: { type: 'Precompiled' },
  pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, { type: 'Metaspace' }] },
});
const unknown = wordSplitterFor({ normalizer: null, pre_tokenizer: { type: 'Metaspace' } });

it('cuts at white space and around each Han character, also beyond the basic plane', () => {
  expect(bert('a b\t向量x\r\n𠮷y')).toEqual(['a', 'b', '向', '量', 'x', '𠮷', 'y']);
  expect(bert(' \n ')).toEqual([]);
});

it('keeps characters that a normalizer may remove inside their word', () => {
  expect(bert('a\u0000b\u00a0c\u200bd')).toEqual(['a\u0000b\u00a0c\u200bd']);
});

it('cuts at white space alone where Han characters share pieces', () => {
  expect(unigram('向量 检索 x')).toEqual(['向量', '检索', 'x']);
});

it('does not cut where it does not know the rules', () => {
  expect(unknown('a b')).toEqual(['a b']);
});

it('cuts a very long word into pieces that lose nothing, never inside a character', () => {
  const word = '𠮷'.repeat(10_001).slice(1);
  const pieces = unigram(`x${word}`);
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join('')).toBe(`x${word}`);
  for (const piece of pieces.slice(1)) expect(piece.codePointAt(0)).toBe('𠮷'.codePointAt(0));
});
