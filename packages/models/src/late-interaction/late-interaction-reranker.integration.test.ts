import { silentLogger } from '@winnow/core';
import { describeReranker } from '@winnow/testkit';
import { createOnnxEmbedder } from '../onnx/onnx-embedder.ts';
import { testModel } from '../test-models.ts';
import { createLateInteractionReranker } from './late-interaction-reranker.ts';
import { createTokenVectorCache } from './token-vector-cache.ts';

describeReranker(
  'late-interaction with all-MiniLM-L6-v2',
  async () => {
    const embedder = createOnnxEmbedder({ ...(await testModel('all-MiniLM-L6-v2')), log: silentLogger });
    const reranker = createLateInteractionReranker({
      embedder,
      modelId: 'all-MiniLM-L6-v2',
      fingerprint: embedder.fingerprint,
      tokenVectors: async () => new Map(),
      cache: createTokenVectorCache({ maxEntries: 100 }),
      // As if every token stood in one chunk of a hundred: all weigh the same.
      tokenFrequencies: async (tokens) => ({ chunks: 100, counts: tokens.map(() => 1) }),
    });
    return { ...reranker, close: () => embedder.close() };
  },
  { bills: 'tokens' },
);
