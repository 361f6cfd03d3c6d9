import { realpath } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { AppError, languages } from '@winnow/core';
import type { Engine } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { errorBody } from '../error-reply.ts';
import { signalOf } from '../signal-of.ts';

const corpusBody = z.looseObject({
  name: z.string(),
  documents: z.number(),
  pending: z.number(),
  failed: z.number(),
  chunks: z.number(),
  embedder: z.string(),
  dimensions: z.number(),
  language: z.enum(languages),
  generation: z.number(),
  createdAt: z.string(),
});

const newCorpusBody = z.strictObject({
  name: z.string(),
  path: z
    .string()
    .min(1)
    .max(4_096)
    .describe('Folder, JSONL or CSV file on the server, within WINNOW_SOURCE_ROOTS.'),
  include: z.array(z.string().max(1_024)).max(64).optional(),
  exclude: z.array(z.string().max(1_024)).max(64).optional(),
  embedder: z.string().max(256).optional(),
  language: z.enum(languages).optional(),
  chunkTokens: z.int().min(16).max(8_192).optional(),
});

export function registerCorpora(server: Server, engine: Engine, sourceRoots: readonly string[]): void {
  server.post(
    '/v1/corpora',
    {
      schema: {
        description: 'Makes a corpus; nothing is read yet but a sample for the language.',
        body: newCorpusBody,
        response: { 201: corpusBody, '4xx': errorBody },
      },
    },
    async (request, reply) => {
      const path = await allowedPath(request.body.path, sourceRoots);
      const { include, exclude, embedder, language, chunkTokens } = request.body;
      const corpus = await engine.corpora.create(
        {
          name: request.body.name,
          sources: [{ path }],
          ...(include && { include }),
          ...(exclude && { exclude }),
          ...(embedder && { embedder }),
          ...(language && { language }),
          ...(chunkTokens && { chunkTokens }),
        },
        signalOf(request, reply),
      );
      return reply.code(201).send({ ...corpus });
    },
  );
  server.get(
    '/v1/corpora',
    { schema: { response: { 200: z.object({ corpora: z.array(corpusBody) }) } } },
    async () => ({ corpora: (await engine.corpora.list()).map((corpus) => ({ ...corpus })) }),
  );
  server.get(
    '/v1/corpora/:corpus',
    { schema: { params: z.object({ corpus: z.string() }), response: { 200: corpusBody, '4xx': errorBody } } },
    async (request) => ({ ...(await engine.corpora.show(request.params.corpus)) }),
  );
  server.delete(
    '/v1/corpora/:corpus',
    {
      schema: {
        description: 'Removes the corpus with everything indexed of it. Its source is not touched.',
        params: z.object({ corpus: z.string() }),
        response: { 204: z.null(), '4xx': errorBody },
      },
    },
    async (request, reply) => {
      await engine.corpora.delete(request.params.corpus);
      return reply.code(204).send(null);
    },
  );
}

/**
 * The real path, if it lies within an allowed folder. Absent and not allowed answer alike, so that nobody
 * can ask which files the server has.
 */
async function allowedPath(path: string, sourceRoots: readonly string[]): Promise<string> {
  const real = await realpath(path).catch(() => null);
  for (const root of real === null ? [] : sourceRoots) {
    const inside = relative(await realpath(root).catch(() => root), real ?? '');
    if (!inside.startsWith('..') && !isAbsolute(inside)) return real ?? '';
  }
  throw new AppError(
    'invalid_argument',
    `no readable source at ${JSON.stringify(path)} within WINNOW_SOURCE_ROOTS of the server`,
  );
}
