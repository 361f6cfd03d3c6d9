import { describe, expect, it } from 'vitest';
import { showBlocks } from '../testing/show-blocks.ts';
import { plainBlocks } from './plain-blocks.ts';

describe('plainBlocks', () => {
  it('ends a paragraph at an empty line, whatever breaks the lines', () => {
    expect(show('One\ntwo\r\n\r\nThree\n \u3000\nFour\r\rFive')).toEqual([
      'paragraph []: One\ntwo',
      'paragraph []: Three',
      'paragraph []: Four',
      'paragraph []: Five',
    ]);
  });

  it('sees the chapters of Chinese and English books', () => {
    expect(show('第一章 总则\n第一条 为了规范。\n\n第一节 范围\n正文\n\n第二章\n其他')).toEqual([
      'heading [第一章 总则]: 第一章 总则',
      'paragraph [第一章 总则]: 第一条 为了规范。',
      'heading [第一章 总则 > 第一节 范围]: 第一节 范围',
      'paragraph [第一章 总则 > 第一节 范围]: 正文',
      'heading [第二章]: 第二章',
      'paragraph [第二章]: 其他',
    ]);
    expect(show('CHAPTER IV\n\nIt was July.')[0]).toBe('heading [CHAPTER IV]: CHAPTER IV');
  });

  it('does not take a sentence for a heading', () => {
    expect(show('第一章介绍了背景，第二章介绍方法。')).toEqual([
      'paragraph []: 第一章介绍了背景，第二章介绍方法。',
    ]);
    expect(show('Section 3 says no.')).toEqual(['paragraph []: Section 3 says no.']);
    expect(show('Part of it')).toEqual(['paragraph []: Part of it']);
  });

  it('sees headings that are underlined, but no line that closes a paragraph', () => {
    expect(show('Title\n=====\nText\n\nPart\n----\nMore')).toEqual([
      'heading [Title]: Title',
      'paragraph [Title]: Text',
      'heading [Title > Part]: Part',
      'paragraph [Title > Part]: More',
    ]);
    expect(show('One\ntwo\n-----')).toEqual(['paragraph []: One\ntwo\n-----']);
  });

  it('sees headings and code of Markdown where asked', () => {
    expect(show('# A #\ntext\n```\n# no heading\n\nx\n```\n## B\n', 'atx')).toEqual([
      'heading [A]: # A #',
      'paragraph [A]: text',
      'code [A]: ```\n# no heading\n\nx\n```',
      'heading [A > B]: ## B',
    ]);
    expect(show('# A')).toEqual(['paragraph []: # A']);
  });

  it('cuts what has no empty line for long at a line break', () => {
    const blocks = plainBlocks('a line of a log\n'.repeat(10_000), 'none');
    expect(blocks.length).toBeGreaterThan(10);
    expect(blocks.every(({ start, end }) => end - start < 10_000)).toBe(true);
  });
});

function show(text: string, markup: 'none' | 'atx' = 'none'): string[] {
  return showBlocks(text, plainBlocks(text, markup));
}
