import { documentStates } from '@winnow/core';
import { documentOrders, type Engine } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { errorBody } from '../error-reply.ts';
import { placeFields } from '../place-fields.ts';

const state = z.enum(documentStates);
const reason = z.object({ code: z.string(), message: z.string() }).nullable();

const documentBody = z.looseObject({
  documentId: z.string(),
  state,
  reason,
  chunks: z
    .array(
      z.object({
        chunkId: z.string(),
        start: z.number(),
        end: z.number(),
        ...placeFields,
        headings: z.array(z.string()).readonly(),
        text: z.string(),
      }),
    )
    .readonly(),
});

const documentLine = z.object({
  documentId: z.string(),
  state,
  reason,
  chunks: z.number(),
  updatedAt: z.string(),
});

const listQuery = z.strictObject({
  state: state.optional(),
  prefix: z.string().max(1_024).optional().describe('Only documents whose id begins so.'),
  sort: z
    .enum(documentOrders)
    .optional()
    .describe('By id, the last change first, or the longest first. Left out: in no order.'),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
});

export function registerDocuments(server: Server, engine: Engine): void {
  server.get(
    '/v1/corpora/:corpus/documents',
    {
      schema: {
        operationId: 'listDocuments',
        tags: ['corpora'],
        description: 'Documents with their states; failed ones say why.',
        params: z.object({ corpus: corpusName }),
        querystring: listQuery,
        response: {
          200: z.object({ documents: z.array(documentLine) }),
          '4xx': errorBody,
          '5xx': errorBody,
        },
      },
    },
    async (request) => {
      const { state: ofState, prefix, sort, limit } = request.query;
      const documents = await engine.documents.list(request.params.corpus, {
        limit,
        ...(ofState !== undefined && { state: ofState }),
        ...(prefix !== undefined && { prefix }),
        ...(sort !== undefined && { sort }),
      });
      return { documents: documents.map((line) => ({ ...line })) };
    },
  );
  server.get(
    '/v1/corpora/:corpus/documents/:documentId',
    {
      schema: {
        operationId: 'showDocument',
        tags: ['corpora'],
        description: 'State and chunks of one document. Slashes in the id are written %2F.',
        params: z.object({ corpus: corpusName, documentId: z.string().min(1).max(1_024) }),
        response: { 200: documentBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request) => ({
      ...(await engine.documents.show(request.params.corpus, request.params.documentId)),
    }),
  );
}
