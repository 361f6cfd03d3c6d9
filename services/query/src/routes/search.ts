import type { Engine } from '@winnow/engine';
import { coverageNotes, searchRequestSchema } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { costBody } from '../cost-body.ts';
import { errorBody } from '../error-reply.ts';
import { placeFields } from '../place-fields.ts';
import { signalOf } from '../requests-under-way.ts';

const stage = z.object({ rank: z.number(), score: z.number() }).nullable();

const judgement = z
  .object({
    grade: z
      .number()
      .describe('3 answers the query, 2 part of it, 1 is on its subject, 0 has nothing to do with it.'),
    reason: z.string(),
    quote: z.string().nullable(),
    quoteFound: z.boolean().describe('Whether the quote stands in the passage.'),
  })
  .nullable();

const searchBody = z.looseObject({
  hits: z.array(
    z.looseObject({
      documentId: z.string(),
      chunkId: z.string(),
      title: z.string(),
      text: z.string(),
      ...placeFields,
      score: z.number(),
      stages: z.object({ bm25: stage, dense: stage, fused: stage, rerank: stage }),
      judgement,
      duplicates: z
        .array(z.object({ documentId: z.string(), chunkId: z.string() }))
        .readonly()
        .describe('Passages that say the same, ranked behind this one and not shown.'),
    }),
  ),
  queryId: z.string(),
  generation: z.number().describe('The one that was searched.'),
  cost: costBody,
  timingsMs: z.looseObject({ total: z.number() }),
  notes: z.array(z.string()).readonly(),
});

export function registerSearch(server: Server, engine: Engine): void {
  server.post(
    '/v1/search',
    {
      schema: {
        operationId: 'search',
        tags: ['queries'],
        description: 'Recall wide, fuse, rerank. Every hit says what each stage made of it.',
        body: searchRequestSchema.safeExtend({ corpus: corpusName }),
        response: { 200: searchBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request) => {
      const { corpus, ...search } = request.body;
      engine.models.requireNameable('rerank', search.rerank);
      const response = await engine.queries.search(corpus, search, signalOf(request));
      const notes = [
        ...response.notes,
        ...(await coverageNotes(engine, corpus, response.hits.length, search)),
      ];
      return {
        ...response,
        notes,
        hits: response.hits.map((hit) => ({ ...hit })),
        timingsMs: { ...response.timingsMs },
      };
    },
  );
}
