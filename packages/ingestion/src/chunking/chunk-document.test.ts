import type { Block, DocumentId, ParsedDocument, Tokenizer } from '@winnow/core';
import { createWordTokenizer } from '@winnow/testkit';
import { embeddingTextOf } from '@winnow/text';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChunkOptions, chunkDocument, reservedTokens } from './chunk-document.ts';

const tokenizer = createWordTokenizer();
const documentId = 'guide.md' as DocumentId;

function chunksOf(document: ParsedDocument, options: Partial<ChunkOptions> & { targetTokens?: number } = {}) {
  const { targetTokens = 64, ...others } = options;
  const chunking = { targetTokens, overlapRatio: 0.125 };
  return chunkDocument(document, { documentId, tokenizer, chunking, maxTokens: 256, ...others });
}

/** A document of blocks one after another, with what lies between them. */
function documentOf(
  blocks: readonly { kind?: Block['kind']; text: string; headings?: readonly string[]; before?: string }[],
  title = '',
): ParsedDocument {
  let text = '';
  const placed: Block[] = [];
  for (const { kind = 'paragraph', text: content, headings = [], before = '\n\n' } of blocks) {
    if (placed.length > 0) text += before;
    placed.push({ kind, headings, start: text.length, end: text.length + content.length });
    text += content;
  }
  return { title, text, blocks: placed, metadata: {}, warnings: [] };
}

function sentences(count: number, name = 'word'): string {
  return Array.from({ length: count }, (_, index) => `The ${name} number ${index} stands here.`).join(' ');
}

describe('chunkDocument', () => {
  it('keeps a short document in one chunk', () => {
    const document = documentOf([{ text: 'One sentence. Another one.' }], 'Title');
    const [chunk, ...others] = chunksOf(document);
    expect(others).toEqual([]);
    expect(chunk).toMatchObject({ position: 0, start: 0, end: 26, text: 'One sentence. Another one.' });
    expect(chunk?.tokenCount).toBe(tokenizer.count('Title\nOne sentence. Another one.'));
  });

  it('makes no chunk of a document without visible text', () => {
    expect(chunksOf(documentOf([{ text: ' \n\t　' }, { text: '' }]))).toEqual([]);
    expect(chunksOf(documentOf([]))).toEqual([]);
  });

  it('cuts long text at sentences, English and Chinese', () => {
    const chinese = Array.from({ length: 40 }, (_, index) => `这是第${index}个句子，说明检索的方法。`).join(
      '',
    );
    for (const text of [sentences(40), chinese]) {
      const chunks = chunksOf(documentOf([{ text }]));
      expect(chunks.length).toBeGreaterThan(3);
      for (const chunk of chunks) {
        expect(chunk.text).toMatch(/^(?:The|这是)[\s\S]*[.。]$/u);
        expect(chunk.tokenCount).toBeLessThanOrEqual(64);
      }
    }
  });

  it('repeats whole sentences, 10 to 15 % of the target at most, of the chunk before', () => {
    const text = Array.from({ length: 60 }, (_, index) => `Item ${index} ok.`).join(' ');
    const chunks = chunksOf(documentOf([{ text }]));
    for (const [index, chunk] of chunks.entries()) {
      const before = chunks[index - 1];
      if (before === undefined) continue;
      expect(chunk.start).toBeLessThan(before.end);
      const repeated = text.slice(chunk.start, before.end);
      expect(repeated).toMatch(/^Item \d+ ok\.$/);
    }
  });

  it('makes chunks of about equal size and leaves no short tail', () => {
    const chunks = chunksOf(documentOf([{ text: sentences(17) }]));
    const counts = chunks.map((chunk) => chunk.tokenCount);
    expect(Math.min(...counts)).toBeGreaterThan(Math.max(...counts) / 2);
  });

  it('keeps a code block and a table whole where they fit, and cuts them at lines where not', () => {
    const code = Array.from({ length: 8 }, (_, index) => `  let v${index} = 1`).join('\n');
    const whole = chunksOf(
      documentOf([{ text: sentences(6) }, { kind: 'code', text: code }, { text: sentences(6) }]),
    );
    expect(whole.some((chunk) => chunk.text.includes(code))).toBe(true);

    const table = Array.from({ length: 60 }, (_, index) => `| row ${index} | value |`).join('\n');
    const cut = chunksOf(documentOf([{ kind: 'table', text: table }]));
    expect(cut.length).toBeGreaterThan(1);
    for (const chunk of cut) expect(chunk.text).toMatch(/^\| row[\s\S]*\|$/);
  });

  it('keeps the indent of the first line of code', () => {
    const code = Array.from({ length: 60 }, (_, index) => `    call(${index})`).join('\n');
    for (const chunk of chunksOf(documentOf([{ kind: 'code', text: code }]))) {
      expect(chunk.text).toMatch(/^ {4}call/);
    }
  });

  it('gives each chunk the headings it is under, and never mixes long sections', () => {
    const document = documentOf([
      { kind: 'heading', text: 'Install', headings: ['Guide', 'Install'] },
      { text: sentences(12, 'apple'), headings: ['Guide', 'Install'] },
      { kind: 'heading', text: 'Use', headings: ['Guide', 'Use'] },
      { text: sentences(12, 'pear'), headings: ['Guide', 'Use'] },
    ]);
    for (const chunk of chunksOf(document)) {
      expect(chunk.headings).toEqual(['Guide', chunk.text.includes('apple') ? 'Install' : 'Use']);
      expect(chunk.text.includes('apple') && chunk.text.includes('pear')).toBe(false);
    }
  });

  it('merges short sections under the headings they have in common', () => {
    const blocks = Array.from({ length: 40 }, (_, index) => [
      { kind: 'heading' as const, text: `Question ${index}`, headings: ['FAQ', `Question ${index}`] },
      { text: 'Yes.', headings: ['FAQ', `Question ${index}`] },
    ]).flat();
    const chunks = chunksOf(documentOf(blocks), { targetTokens: 128 });
    expect(chunks.length).toBeLessThan(10);
    for (const chunk of chunks) expect(chunk.headings).toEqual(['FAQ']);
  });

  it('leaves no heading alone in a chunk', () => {
    const document = documentOf([
      { kind: 'heading', text: 'Winnow', headings: ['Winnow'] },
      { kind: 'heading', text: 'Install', headings: ['Winnow', 'Install'] },
      { text: sentences(30), headings: ['Winnow', 'Install'] },
    ]);
    for (const chunk of chunksOf(document)) {
      expect(chunk.text).toContain('stands here');
      expect(chunk.headings).toEqual(['Winnow', 'Install']);
    }
  });

  it('does not repeat text across sections', () => {
    const document = documentOf([
      { text: sentences(20, 'apple'), headings: ['A'] },
      { text: sentences(20, 'pear'), headings: ['B'] },
    ]);
    const chunks = chunksOf(document);
    const firstOfB = chunks.findIndex((chunk) => chunk.headings[0] === 'B');
    expect(chunks[firstOfB]?.start).toBeGreaterThanOrEqual(chunks[firstOfB - 1]?.end ?? Number.NaN);
  });

  it('gives equal ids to equal content, and other ids at other positions', () => {
    const document = documentOf([{ text: sentences(40) }]);
    const ids = chunksOf(document).map((chunk) => chunk.chunkId);
    expect(chunksOf(document).map((chunk) => chunk.chunkId)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('stays under the limit of a model whatever the headings', () => {
    const heading = '很长的标题'.repeat(200);
    const document = documentOf([{ text: sentences(40), headings: [heading, heading, heading] }], heading);
    for (const chunk of chunksOf(document, { targetTokens: 256 })) {
      expect(tokenizer.count(embeddingTextOf(heading, chunk))).toBeLessThanOrEqual(256 - reservedTokens);
    }
  });

  it('counts a tokenizer that has no token strings', () => {
    const estimating: Tokenizer = { count: (text) => Math.ceil(text.length / 3), tokens: () => [] };
    const chunks = chunksOf(documentOf([{ text: sentences(40) }]), { tokenizer: estimating });
    expect(chunks.length).toBeGreaterThan(3);
    for (const chunk of chunks)
      expect(chunk).toMatchObject({ modelTokens: [], tokenCount: estimating.count(chunk.text) });
  });

  it('holds its guarantees for any document', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyDocument, fc.integer({ min: 16, max: 400 }), (document, targetTokens) => {
        const maxTokens = 256;
        const chunks = chunksOf(document, { targetTokens, maxTokens });
        const covered = new Uint8Array(document.text.length);
        for (const [index, chunk] of chunks.entries()) {
          expect(chunk.position).toBe(index);
          expect(chunk.text).toBe(document.text.slice(chunk.start, chunk.end));
          expect(chunk.text.trim()).not.toBe('');
          expect(chunk.start).toBeGreaterThanOrEqual(chunks[index - 1]?.start ?? 0);
          expect(chunk.end).toBeGreaterThanOrEqual(chunks[index - 1]?.end ?? 0);
          expect(isInsidePair(document.text, chunk.start) || isInsidePair(document.text, chunk.end)).toBe(
            false,
          );
          const embedded = embeddingTextOf(document.title, chunk);
          expect(chunk.tokenCount).toBe(tokenizer.count(embedded));
          expect(chunk.tokenCount).toBeLessThanOrEqual(maxTokens - reservedTokens);
          covered.fill(1, chunk.start, chunk.end);
        }
        for (const { start, end } of document.blocks) {
          for (let at = start; at < end; at++) {
            if (covered[at] === 0 && /\S/.test(document.text.charAt(at))) {
              expect.fail(`the character at ${at} is in no chunk`);
            }
          }
        }
      }),
      { numRuns: 100, interruptAfterTimeLimit: 30_000 },
    );
  });

  it('splits lines of a megabyte, with and without white space, in the time of their length', {
    timeout: 60_000,
  }, () => {
    const lines = [
      'x'.repeat(1_000_000),
      '汉'.repeat(1_000_000),
      'ab '.repeat(333_334),
      '👍'.repeat(500_000),
    ];
    for (const line of lines) {
      let counted = 0;
      const counting: Tokenizer = {
        count: (text) => {
          counted += text.length;
          return tokenizer.count(text);
        },
        tokens: (text) => {
          counted += text.length;
          return tokenizer.tokens(text);
        },
      };
      const chunks = chunksOf(documentOf([{ text: line }]), { targetTokens: 256, tokenizer: counting });
      expect(chunks.map((chunk) => chunk.text).join('').length).toBeGreaterThanOrEqual(
        line.trim().length * 0.6,
      );
      expect(counted).toBeLessThan(10 * line.length);
    }
  });
});

const words = fc.array(
  fc.oneof(
    fc.constantFrom(
      'word',
      'retrieval',
      'a',
      'e.g.',
      'v1.2',
      '检索',
      '排序。',
      '你好！',
      '👍🏽',
      '👩‍👩‍👧',
      '\u{20000}',
    ),
    fc.constantFrom('. ', '! ', '? ', ', ', '\r\n', '\n', '\r', '\n\n', ' ', '\t', '\u00a0', '\u3000'),
    fc.constantFrom('\ud800', '\udc00', '\u0000', '\ufeff', '\u200b'),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.integer({ min: 1, max: 3_000 }).map((length) => 'y'.repeat(length)),
    fc.integer({ min: 1, max: 600 }).map((length) => '字'.repeat(length)),
  ),
  { maxLength: 60 },
);
const anyDocument = fc
  .record({
    title: fc.string({ unit: 'binary', maxLength: 300 }),
    blocks: fc.array(
      fc.record({
        kind: fc.constantFrom('heading', 'paragraph', 'list', 'code', 'table', 'quote'),
        text: words.map((parts) => parts.join('')),
        headings: fc.array(fc.constantFrom('A', 'B', '章节', 'H'.repeat(500)), { maxLength: 3 }),
        before: fc.constantFrom('\n', '\r\n\r\n', ' --- ', ' '.repeat(500), '<!-- markup -->'.repeat(20)),
      }),
      { maxLength: 12 },
    ),
  })
  .map(({ title, blocks }) => documentOf(blocks as Parameters<typeof documentOf>[0], title));

function isInsidePair(text: string, index: number): boolean {
  return (text.codePointAt(index - 1) ?? 0) > 0xffff && index > 0;
}
