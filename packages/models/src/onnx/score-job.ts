import type { LocalRerankRow } from '../registry/model-row.ts';
import type { ModelTokenizer } from '../tokenizer/model-tokenizer.ts';
import type { Work } from './embed-job.ts';
import { encodePair } from './pair-encoding.ts';
import type { Model } from './session.ts';

export interface Scoring {
  readonly row: LocalRerankRow;
  readonly model: Model;
  readonly tokenizer: ModelTokenizer;
}

/** One logit a passage: the highest of its windows. */
export function scoreWork(query: string, passages: readonly string[], scoring: Scoring): Work {
  const { row, tokenizer } = scoring;
  const format = { ...row, first: tokenizer.first, last: tokenizer.last };
  const queryIds = tokenizer.ids(query);
  const logits: number[] = [];
  let tokens = 0;
  let truncated = 0;
  let queryTruncated = false;
  return {
    steps: passages.map((passage, index) => async () => {
      const pair = encodePair(queryIds, tokenizer.ids(passage), format);
      let best = Number.NEGATIVE_INFINITY;
      for (const { ids, segments } of pair.windows) {
        tokens += ids.length;
        best = Math.max(best, await logitOf(ids, segments, scoring.model));
      }
      logits[index] = best;
      if (pair.cutPassageTokens > 0) truncated += 1;
      if (pair.cutQueryTokens > 0) queryTruncated = true;
    }),
    result: () => ({ result: { kind: 'score', logits, tokens, truncated, queryTruncated }, transfer: [] }),
  };
}

async function logitOf(ids: readonly number[], segments: readonly number[], model: Model): Promise<number> {
  const { data } = await model.run(ids, segments);
  const [logit] = data;
  if (data.length !== 1 || logit === undefined) {
    throw new Error(`the model gives ${data.length} scores a pair where 1 is expected`);
  }
  return logit;
}
