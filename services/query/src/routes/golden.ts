import { AppError, type GoldenSet } from '@winnow/core';
import { type Engine, goldenLimits } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { errorBody } from '../error-reply.ts';
import { signalOf } from '../requests-under-way.ts';

const tags = ['quality'];
const params = z.object({ corpus: corpusName });
const errors = { '4xx': errorBody, '5xx': errorBody };
/** All the queries and judgements that are kept, with ids of usual length. */
const maxBodyBytes = 64 * 1024 * 1024;

const goldenQuery = z.strictObject({
  queryId: z.string().min(1).max(goldenLimits.idLength),
  text: z.string().min(1).max(goldenLimits.textLength),
  judgements: z
    .record(z.string(), z.int())
    .describe('Grade of each judged document, by its id; above 0: relevant.'),
});

const goldenBody = z.object({
  setId: z.string(),
  queries: z.number(),
  judgements: z.number(),
  digest: z.string().describe('Of queries and judgements: results of different ones do not compare.'),
  setAt: z.string(),
});

export function registerGolden(server: Server, engine: Engine): void {
  server.put(
    '/v1/corpora/:corpus/golden',
    {
      bodyLimit: maxBodyBytes,
      schema: {
        operationId: 'setGolden',
        tags,
        description:
          'Sets the golden queries of a corpus, in place of those that it has. Queries without a relevant document are ' +
          `left out; at most ${goldenLimits.queries} queries and ${goldenLimits.judgements} judgements are kept.`,
        params,
        body: z.strictObject({ queries: z.array(goldenQuery).min(1).max(goldenLimits.queries) }),
        response: {
          200: goldenBody.extend({
            withoutRelevant: z.number().describe('Queries that were left out.'),
            unknown: z
              .object({ count: z.number(), samples: z.array(z.string()).readonly() })
              .describe('Judged documents that cannot be found in the corpus.'),
          }),
          ...errors,
        },
      },
    },
    async (request) => {
      const { queries } = request.body;
      const judgements = queries.flatMap(({ queryId, judgements: grades }) =>
        Object.entries(grades).map(([documentId, grade]) => ({ queryId, documentId, grade })),
      );
      const given = { queries, judgements };
      return await engine.golden.put(request.params.corpus, given, signalOf(request));
    },
  );
  server.get(
    '/v1/corpora/:corpus/golden',
    {
      schema: {
        operationId: 'showGolden',
        tags,
        params,
        response: { 200: goldenBody.extend({ list: z.array(goldenQuery).readonly() }), ...errors },
      },
    },
    async (request) => {
      const { corpus } = request.params;
      const view = await engine.golden.show(corpus, signalOf(request));
      if (view === null) throw new AppError('not_found', `${corpus} has no golden queries`);
      return { ...setOf(view), list: view.list };
    },
  );
  server.delete(
    '/v1/corpora/:corpus/golden',
    {
      schema: {
        operationId: 'removeGolden',
        tags,
        description: 'Forgets the golden queries of a corpus. What they came to over time stays.',
        params,
        response: { 200: z.object({ removed: z.boolean() }), ...errors },
      },
    },
    async (request) => ({ removed: await engine.golden.remove(request.params.corpus) }),
  );
}

function setOf({ setId, queries, judgements, digest, setAt }: GoldenSet): GoldenSet {
  return { setId, queries, judgements, digest, setAt };
}
