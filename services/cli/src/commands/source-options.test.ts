import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addSourceOptions, sourceOptionsOf } from './source-options.ts';

const given = (...words: readonly string[]) =>
  sourceOptionsOf(addSourceOptions(new Command().exitOverride()).parse(words, { from: 'user' }).opts());

describe('options of a source', () => {
  test('what was not said is left to others', () => expect(given()).toEqual({}));

  test('become what is chosen of it', () =>
    expect(
      given('--include', '*.eml', '--mail-attachments', 'parts', '--text-field', 'question', 'answer'),
    ).toEqual({
      include: ['*.eml'],
      mailAttachments: 'parts',
      fields: { text: ['question', 'answer'] },
    }));
});
