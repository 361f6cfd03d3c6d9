import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSentences } from './split-sentences.ts';

describe('splitSentences', () => {
  it('ends a Chinese sentence at its stop, closing marks included', () => {
    expect(sentences('你好。天气不错！“真的吗？”他问……好吧；走（见图1。）完')).toEqual([
      '你好。',
      '天气不错！',
      '“真的吗？”',
      '他问……',
      '好吧；',
      '走（见图1。）',
      '完',
    ]);
  });

  it('ends a Chinese sentence at an ASCII stop, but not at a decimal point', () => {
    expect(sentences('好吗?可以!价格是3.14元')).toEqual(['好吗?', '可以!', '价格是3.14元']);
  });

  it('does not end an English sentence at abbreviations, initials and numbers', () => {
    expect(
      sentences('Dr. J. R. Smith (see Fig. 3) paid 3.14 on Jan. 5. He left, i.e. he ran. Done.'),
    ).toEqual(['Dr. J. R. Smith (see Fig. 3) paid 3.14 on Jan. 5.', 'He left, i.e. he ran.', 'Done.']);
  });

  it('keeps quoted speech with its speaker', () => {
    expect(sentences('"What?" he said. "Yes." She left.')).toEqual([
      '"What?" he said.',
      '"Yes."',
      'She left.',
    ]);
  });

  it('goes on over a line that was broken for its width', () => {
    const text =
      'A paragraph that was wrapped hard at about seventy characters a line so\nJohn goes on. End.';
    expect(sentences(text)).toEqual([text.slice(0, -5), 'End.']);
  });

  it('ends at empty lines, short lines and items of a list', () => {
    expect(
      sentences(
        'const x = 1\nreturn x\n\nText\r\n\r\n- a long item that fills its line nearly to the end\n- two',
      ),
    ).toEqual([
      'const x = 1',
      'return x',
      'Text',
      '- a long item that fills its line nearly to the end',
      '- two',
    ]);
  });

  it('keeps the number of an item with its text', () => {
    expect(sentences('1. First. 2. Second.')).toEqual(['1. First.', '2. Second.']);
  });

  it('covers every character that is not white space once, in order, in trimmed spans', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const spans = splitSentences(text);
        let end = 0;
        for (const span of spans) {
          expect(text.slice(end, span.start).trim()).toBe('');
          expect(span.end).toBeGreaterThan(span.start);
          const sentence = text.slice(span.start, span.end);
          expect(sentence.trim()).toBe(sentence);
          end = span.end;
        }
        expect(text.slice(end).trim()).toBe('');
      }),
    );
  });

  it.each([
    ['stops', '?'.repeat(1e6), 1],
    ['stops and spaces', '. '.repeat(5e5), 5e5],
    ['line breaks', '\n'.repeat(1e6), 0],
    ['closing marks', `${')'.repeat(1e6)}.`, 1],
    ['one word', 'a'.repeat(1e6), 1],
    ['Chinese sentences', '中。'.repeat(5e5), 5e5],
  ])('cuts a megabyte of %s', (_, text, count) => {
    expect(splitSentences(text)).toHaveLength(count);
  });
});

function sentences(text: string): string[] {
  return splitSentences(text).map(({ start, end }) => text.slice(start, end));
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      'B',
      '1',
      '.',
      '?',
      '。',
      '！',
      '…',
      '”',
      ')',
      '中',
      ' ',
      '\n',
      '\r\n',
      '\u3000',
      '😀',
      '\ud83d',
      '-',
    ),
  }),
);
