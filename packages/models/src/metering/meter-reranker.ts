import type { CallPurpose, Reranker } from '@winnow/core';
import { billCall, type Metering } from './metering.ts';
import { overlay } from './overlay.ts';

export interface RerankerMetering extends Metering {
  /** `rerank` unless given. */
  readonly purpose?: CallPurpose;
}

/**
 * A reranker whose every answered call is written on the bill; a call that fails is not. Not for rerankers
 * that are made of other models, as a judge or a chain of fallbacks: meter what they call, or it counts twice.
 */
export function meterReranker<Model extends Reranker>(reranker: Model, metering: RerankerMetering): Model {
  return overlay<Reranker, Model>(reranker, {
    async rerank(query, passages, options) {
      const answer = await reranker.rerank(query, passages, options);
      const { purpose = 'rerank' } = metering;
      billCall(metering, { purpose, model: reranker.modelId, usage: answer.usage });
      return answer;
    },
  });
}
