import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ChunkId, type Reranker, silentLogger } from '@winnow/core';
import { describeReranker } from '@winnow/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { localModel } from '../registry/local-model.ts';
import { loadModelTokenizer } from '../tokenizer/model-tokenizer.ts';
import { createCrossEncoder } from './cross-encoder.ts';
import { encodePair } from './pair-encoding.ts';

/** Computed by Python; see `fixtures/make_cross_encoders.py`. */
interface Fixture {
  readonly maxTokens: number;
  readonly cases: readonly {
    readonly query: string;
    readonly passage: string;
    readonly queryIds: readonly number[];
    readonly passageIds: readonly number[];
    readonly pairIds: readonly number[];
    readonly segments: readonly number[];
    readonly windows: number;
    readonly logit: number;
  }[];
}

const { signal } = new AbortController();
const families = [
  ['bert', 'ms-marco-MiniLM-L-6-v2'],
  ['xlm-roberta', 'bge-reranker-base'],
] as const;

/** A small random model of a family, and what Python made of it. */
function fixtureOf(family: string, name: string) {
  const pathOf = (file: string) =>
    fileURLToPath(new URL(`../../fixtures/${family}-cross-encoder/${file}`, import.meta.url));
  const { maxTokens, cases }: Fixture = JSON.parse(readFileSync(pathOf('cases.json'), 'utf8'));
  const paths = { model: pathOf('model.onnx'), tokenizer: pathOf('tokenizer.json') };
  const files = { ...paths, modelSha256: '', tokenizerSha256: '' };
  return { cases, files, maxTokens, row: { ...localModel('rerank', name), maxTokens } };
}

describeReranker(
  'cross-encoder on this machine',
  async () => {
    const { row, files } = fixtureOf('bert', 'ms-marco-MiniLM-L-6-v2');
    return createCrossEncoder({ row, files, log: silentLogger });
  },
  { bills: 'tokens', skips: { meaning: 'its weights here are random' } },
);

describe.each(families)('createCrossEncoder with a small random %s model', (family, name) => {
  const { cases, files, maxTokens, row } = fixtureOf(family, name);
  const tokenizer = loadModelTokenizer(files.tokenizer);
  const opened: Reranker[] = [];
  const open = (options: { depth?: number; latencyBudgetMs?: number } = {}) => {
    const encoder = createCrossEncoder({ row, files, log: silentLogger, ...options });
    opened.push(encoder);
    return encoder;
  };
  const passagesOf = (texts: readonly string[]) =>
    texts.map((text, index) => ({ chunkId: `c${index}` as ChunkId, text }));
  afterAll(() => Promise.all(opened.map((encoder) => encoder.close())));

  it.each(cases)('tokenizes as transformers does: $query / $passage', (one) => {
    expect(tokenizer.ids(one.query)).toEqual(one.queryIds);
    expect(tokenizer.ids(one.passage)).toEqual(one.passageIds);
    expect(tokenizer.count(one.passage)).toBe(one.passageIds.length);
  });

  it.each(cases)('writes pairs as transformers does: $query / $passage', (one) => {
    const format = { family, maxTokens: 1_000, first: tokenizer.first, last: tokenizer.last };
    const { windows } = encodePair(one.queryIds, one.passageIds, format);
    expect(windows).toEqual([{ ids: one.pairIds, segments: one.segments }]);
    expect(encodePair(one.queryIds, one.passageIds, { ...format, maxTokens }).windows).toHaveLength(
      one.windows,
    );
  });

  it('scores every pair as PyTorch does, long passages by their best window', async () => {
    const encoder = open();
    expect(encoder.scale).toBe('probability');
    for (const { query, passage, logit } of cases) {
      const { scores } = await encoder.rerank(query, passagesOf([passage]), { signal });
      expect(scores[0]).toBeCloseTo(1 / (1 + Math.exp(-logit)), 4);
    }
  });

  it('gives scores in the order of the passages, and the same in any company', async () => {
    const encoder = open();
    const texts = cases.map((one) => one.passage);
    const together = await encoder.rerank('password', passagesOf(texts), { signal });
    for (const [index, text] of texts.entries()) {
      const alone = await encoder.rerank('password', passagesOf([text]), { signal });
      expect(alone.scores).toEqual([together.scores[index]]);
    }
  });

  it('counts the tokens of all windows, and what no window held', async () => {
    const encoder = open();
    const one = await encoder.rerank('password', passagesOf(['a b c']), { signal });
    const specials = family === 'bert' ? 3 : 4;
    const expected = tokenizer.count('password') + tokenizer.count('a b c') + specials;
    expect(one.usage).toMatchObject({ calls: 1, inputTokens: expected, truncated: 0 });
    const endless = 'password settings '.repeat(2_000);
    const cut = await encoder.rerank(endless, passagesOf([endless, 'short', endless]), { signal });
    // The query, which every pair shares, and two passages.
    expect(cut.usage.truncated).toBe(3);
    expect(cut.usage.inputTokens).toBeGreaterThan(16 * maxTokens);
  });

  it('takes the depth it is given, or one that fits the budget at the measured speed', async () => {
    expect(open({ depth: 7 }).depth).toBe(7);
    const measured = open({ latencyBudgetMs: 60_000 });
    expect(measured.depth).toBe(20);
    for (let call = 0; call < 2; call++) await measured.rerank('q', passagesOf(['a', 'b']), { signal });
    expect(measured.depth).toBe(50);
    const hurried = open({ latencyBudgetMs: 0 });
    for (let call = 0; call < 2; call++) await hurried.rerank('q', passagesOf(['a', 'b']), { signal });
    expect(hurried.depth).toBe(5);
  });

  it('refuses an empty query and ends when canceled', async () => {
    await expect(open().rerank(' ', passagesOf(['a']), { signal })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    await expect(
      open().rerank('q', passagesOf(['a']), { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'canceled' });
  });
});
