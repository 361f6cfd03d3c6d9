import type { Engine } from '@winnow/engine';
import { searchRequestSchema } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { errorBody } from '../error-reply.ts';
import { signalOf } from '../signal-of.ts';

const stage = z.object({ rank: z.number(), score: z.number() }).nullable();

const searchBody = z.looseObject({
  hits: z.array(
    z.looseObject({
      documentId: z.string(),
      chunkId: z.string(),
      title: z.string(),
      text: z.string(),
      score: z.number(),
      stages: z.object({ bm25: stage, dense: stage, fused: stage, rerank: stage }),
    }),
  ),
  timingsMs: z.looseObject({ total: z.number() }),
  notes: z.array(z.string()).readonly(),
});

export function registerSearch(server: Server, engine: Engine): void {
  server.post(
    '/v1/search',
    {
      schema: {
        description: 'Recall wide, fuse, rerank. Every hit says what each stage made of it.',
        body: searchRequestSchema.safeExtend({ corpus: z.string() }),
        response: { 200: searchBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request, reply) => {
      const { corpus, ...search } = request.body;
      const response = await engine.search(corpus, search, signalOf(request, reply));
      return {
        ...response,
        hits: response.hits.map((hit) => ({ ...hit })),
        timingsMs: { ...response.timingsMs },
      };
    },
  );
}
