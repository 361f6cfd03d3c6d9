import { corpusChangesSchema, languages } from '@winnow/core';
import type { Engine, NewCorpus } from '@winnow/engine';
import { z } from 'zod';
import { type AllowedPlaces, allowedPath, sourceFields } from '../allowed-path.ts';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { errorBody } from '../error-reply.ts';
import { signalOf } from '../requests-under-way.ts';

const tags = ['corpora'];
const params = z.object({ corpus: corpusName });

const corpusBody = z.looseObject({
  name: z.string(),
  corpusId: z.string(),
  documents: z.number().describe('Documents that can be found.'),
  pending: z.number(),
  failed: z.number().describe('Documents in the inbox.'),
  chunks: z.number(),
  embedder: z.string(),
  dimensions: z.number(),
  language: z.enum(languages),
  generation: z.number(),
  verification: z.object({
    qualityMargin: z.number(),
    agreementFloor: z.number().nullable(),
    vectorRecallFloor: z.number(),
  }),
  keepRetiredHours: z.number(),
  recording: z.object({ enabled: z.boolean(), days: z.number() }),
  activeRun: z.string().nullable().describe('The run that is under way.'),
  createdAt: z.string(),
});

const newCorpusBody = z
  .strictObject({
    name: corpusName,
    path: sourceFields.path.optional(),
    sources: z
      .array(z.strictObject({ path: sourceFields.path, name: sourceFields.name }))
      .min(1)
      .max(64)
      .optional()
      .describe('Instead of `path`: several, each with a name that its document ids begin with.'),
    include: sourceFields.include,
    exclude: sourceFields.exclude,
    fields: sourceFields.fields,
    embedder: z.string().max(256).optional(),
    language: z.enum(languages).optional(),
    chunkTokens: z.int().min(16).max(8_192).optional(),
    deletionGuard: z
      .strictObject({
        documents: z.int().min(0).optional(),
        share: z.number().min(0).max(1).optional(),
      })
      .optional()
      .describe('A run that would delete more than both withholds its deletions. Default: 10, and 0.1.'),
  })
  .refine(
    (body) => (body.path === undefined) !== (body.sources === undefined),
    'give either `path` or `sources`',
  );

export function registerCorpora(server: Server, engine: Engine, places: AllowedPlaces): void {
  server.post(
    '/v1/corpora',
    {
      schema: {
        operationId: 'createCorpus',
        tags,
        description: 'Makes a corpus; nothing is read yet but a sample for the language.',
        body: newCorpusBody,
        response: { 201: corpusBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request, reply) => {
      const { embedder } = request.body;
      if (embedder !== undefined) engine.models.requireNameable('embedding', embedder);
      const wanted = await newCorpusOf(request.body, places);
      const corpus = await engine.corpora.create(wanted, signalOf(request));
      return reply.code(201).send({ ...corpus });
    },
  );
  server.get(
    '/v1/corpora',
    {
      schema: {
        operationId: 'listCorpora',
        tags,
        response: { 200: z.object({ corpora: z.array(corpusBody) }), '4xx': errorBody, '5xx': errorBody },
      },
    },
    async () => ({ corpora: (await engine.corpora.list()).map((corpus) => ({ ...corpus })) }),
  );
  server.get(
    '/v1/corpora/:corpus',
    {
      schema: {
        operationId: 'showCorpus',
        tags,
        params,
        response: { 200: corpusBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request) => ({ ...(await engine.corpora.show(request.params.corpus)) }),
  );
  server.patch(
    '/v1/corpora/:corpus',
    {
      schema: {
        operationId: 'changeCorpus',
        tags,
        description: 'Changes settings of a corpus; what is left out stays.',
        params,
        body: corpusChangesSchema,
        response: { 200: corpusBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request) => ({ ...(await engine.corpora.change(request.params.corpus, request.body)) }),
  );
  server.delete(
    '/v1/corpora/:corpus',
    {
      schema: {
        operationId: 'deleteCorpus',
        tags,
        description: 'Removes the corpus with everything indexed of it. Its source is not touched.',
        params,
        response: { 204: z.null(), '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request, reply) => {
      await engine.corpora.delete(request.params.corpus);
      return reply.code(204).send(null);
    },
  );
}

async function newCorpusOf(body: z.output<typeof newCorpusBody>, places: AllowedPlaces): Promise<NewCorpus> {
  const { name, include, exclude, fields, embedder, language, chunkTokens, deletionGuard } = body;
  const given = body.sources ?? (body.path === undefined ? [] : [{ path: body.path }]);
  const sources = await Promise.all(
    given.map(async (source) => ({
      path: await allowedPath(source.path, places),
      ...('name' in source && source.name !== undefined && { name: source.name }),
    })),
  );
  return {
    name,
    sources,
    ...(include && { include }),
    ...(exclude && { exclude }),
    ...(fields && { fields }),
    ...(embedder && { embedder }),
    ...(language && { language }),
    ...(chunkTokens && { chunkTokens }),
    ...(deletionGuard && {
      deletionGuard: {
        ...(deletionGuard.documents !== undefined && { documents: deletionGuard.documents }),
        ...(deletionGuard.share !== undefined && { share: deletionGuard.share }),
      },
    }),
  };
}
