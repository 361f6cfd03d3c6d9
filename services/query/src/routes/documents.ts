import type { Engine } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { errorBody } from '../error-reply.ts';
import { placeFields } from '../place-fields.ts';

const documentBody = z.looseObject({
  documentId: z.string(),
  state: z.enum(['pending', 'live', 'failed', 'deleted']),
  reason: z.object({ code: z.string(), message: z.string() }).nullable(),
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

export function registerDocuments(server: Server, engine: Engine): void {
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
