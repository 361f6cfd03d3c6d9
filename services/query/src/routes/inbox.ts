import { failureCodes } from '@winnow/core';
import type { Engine, InboxSelection } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { errorBody } from '../error-reply.ts';
import { bodyOf, runBody } from '../run-body.ts';

const tags = ['inbox'];

const itemBody = z.looseObject({
  documentId: z.string(),
  sourceId: z.string(),
  cause: z.enum(failureCodes),
  message: z.string().describe('What is wrong with it, in a sentence.'),
  attempts: z.number(),
  since: z.string(),
  bytes: z.number().nullable(),
  searchable: z.boolean().describe('Whether an older version of it is found.'),
  dismissed: z.boolean(),
});

const cause = z.enum(failureCodes);

const query = z.strictObject({
  corpus: z.string(),
  cause: cause.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  after: z.string().max(256).optional().describe('The `next` of the page before.'),
});

const selection = z
  .strictObject({
    corpus: z.string(),
    cause: cause.optional(),
    documentIds: z.array(z.string().min(1).max(1_024)).min(1).max(1_000).optional(),
    all: z.literal(true).optional(),
  })
  .refine(
    ({ cause: ofCause, documentIds, all }) =>
      (all === true) !== (ofCause !== undefined || documentIds !== undefined),
    'say which: `cause`, `documentIds` or both, or `all: true`',
  );

export function registerInbox(server: Server, engine: Engine): void {
  server.get(
    '/v1/inbox',
    {
      schema: {
        operationId: 'listInbox',
        tags,
        description: 'Documents that did not get in, and why; dismissed ones left out.',
        querystring: query,
        response: {
          200: z.object({ items: z.array(itemBody), next: z.string().nullable() }),
          '4xx': errorBody,
          '5xx': errorBody,
        },
      },
    },
    async (request) => {
      const { corpus, limit, cause: ofCause, after } = request.query;
      const { items, next } = await engine.inbox.list(corpus, {
        limit,
        ...(ofCause !== undefined && { cause: ofCause }),
        ...(after !== undefined && { after }),
      });
      return { items: items.map((item) => ({ ...item })), next };
    },
  );
  server.post(
    '/v1/inbox/retry',
    {
      schema: {
        operationId: 'retryInbox',
        tags,
        description: 'Starts a run that takes documents of the inbox up again, whatever they failed for.',
        body: selection,
        response: { 202: runBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request, reply) => {
      const report = await engine.inbox.retry(request.body.corpus, selectionOf(request.body));
      return reply.code(202).send(bodyOf(report));
    },
  );
  server.post(
    '/v1/inbox/dismiss',
    {
      schema: {
        operationId: 'dismissInbox',
        tags,
        description: 'Hears no more of documents until they change at the source.',
        body: selection,
        response: { 200: z.looseObject({ dismissed: z.number() }), '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request) => ({
      dismissed: await engine.inbox.dismiss(request.body.corpus, selectionOf(request.body)),
    }),
  );
}

function selectionOf(given: z.output<typeof selection>): InboxSelection {
  return {
    ...(given.cause !== undefined && { cause: given.cause }),
    ...(given.documentIds !== undefined && { documentIds: given.documentIds }),
  };
}
