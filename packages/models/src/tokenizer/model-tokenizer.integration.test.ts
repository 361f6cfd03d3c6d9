import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testModel } from '../test-models.ts';
import { createModelTokenizer, loadTokenizer } from './model-tokenizer.ts';

const fixture = (family: string) =>
  fileURLToPath(new URL(`../../fixtures/${family}-cross-encoder/tokenizer.json`, import.meta.url));

/** Texts of all scripts, with the characters that tokenizers treat in a way of their own. */
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(' ', '\n', '\t', '\u00a0', '\u200b', '\u0000', '，', '。', 'password', 'Reset', '向量'),
      fc.constantFrom('é', 'e\u0301', 'ﬁ', 'Ａ', '①', '[SEP]', '</s>', '-', '_', "don't", '100%', '한국'),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))
  // Set apart by the library only within the basic plane; Python does it everywhere, and so do we.
  .filter((text) => !/[\u{20000}-\u{3ffff}]/u.test(text));

describe.each([
  ['a small BERT', async () => fixture('bert')],
  ['a small XLM-R', async () => fixture('xlm-roberta')],
  ['all-MiniLM-L6-v2', async () => (await testModel('all-MiniLM-L6-v2')).files.tokenizer],
  ['bge-small-zh-v1.5', async () => (await testModel('bge-small-zh-v1.5')).files.tokenizer],
])('the tokenizer of %s', (_, locate) => {
  it('gives, word by word and from memory, what the library gives for the text as a whole', async () => {
    const json = JSON.parse(readFileSync(await locate(), 'utf8'));
    const library = new LibraryTokenizer(json, {});
    const tokenizer = createModelTokenizer(json);
    fc.assert(
      fc.property(texts, (text) => {
        const expected = library.encode(text, { add_special_tokens: false }).ids;
        expect(tokenizer.ids(text)).toEqual(expected);
        expect(tokenizer.count(text)).toBe(expected.length);
        expect(tokenizer.tokens(text)).toHaveLength(expected.length);
      }),
      { numRuns: 500 },
    );
  });

  it('counts a text without any white space of a million characters', async () => {
    const tokenizer = loadTokenizer(await locate());
    expect(tokenizer.count('向量检索，'.repeat(200_000))).toBeGreaterThan(100_000);
    expect(tokenizer.count('a'.repeat(1_000_000))).toBeGreaterThan(0);
  });
});

describe('loadTokenizer', () => {
  it('names what is missing or wrong', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'winnow-tokenizer-'));
    const path = join(folder, 'tokenizer.json');
    expect(() => loadTokenizer(path)).toThrowError(expect.objectContaining({ code: 'not_found' }));
    await writeFile(path, '{"model":{}}');
    expect(() => loadTokenizer(path)).toThrowError(
      expect.objectContaining({
        code: 'failed_precondition',
        message: expect.stringContaining('is no tokenizer we can run'),
      }),
    );
    await rm(folder, { recursive: true });
  });
});
