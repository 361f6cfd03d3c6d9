import type { CallPurpose, Embedder } from '@winnow/core';
import { billCall, type Metering } from './metering.ts';
import { overlay } from './overlay.ts';

export interface EmbedderMetering extends Metering {
  /** By what the texts are for unless given. */
  readonly purpose?: CallPurpose;
}

/**
 * An embedder whose every answered call is written on the bill. A call that fails is not: providers bill
 * answers. All else of the embedder stays, `embedTokens` of a local one as well, which is not written down.
 */
export function meterEmbedder<Model extends Embedder>(embedder: Model, metering: EmbedderMetering): Model {
  return overlay<Embedder, Model>(embedder, {
    async embed(texts, options) {
      const answer = await embedder.embed(texts, options);
      const byUse = options.purpose === 'query' ? 'embed-query' : 'embed-documents';
      const purpose = metering.purpose ?? byUse;
      billCall(metering, { purpose, model: embedder.modelId, usage: answer.usage });
      return answer;
    },
  });
}
