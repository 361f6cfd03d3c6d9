import { mailAttachmentChoices, sourceSettingsSchema } from '@winnow/core';
import type { Engine } from '@winnow/engine';
import { z } from 'zod';
import { type AllowedPlaces, allowedPath, sourceFields } from '../allowed-path.ts';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { errorBody } from '../error-reply.ts';
import { signalOf } from '../requests-under-way.ts';

const tags = ['corpora'];
const ofCorpus = z.object({ corpus: corpusName });
const ofSource = ofCorpus.extend({ source: z.string().min(1).max(32) });

const sourceBody = z.object({
  sourceId: z.string(),
  kind: z.enum(sourceSettingsSchema.options.map((option) => option.shape.kind.value)),
  address: z.string().describe('As it was named.'),
  prefix: z.string().describe('What the ids of its documents begin with.'),
  mailAttachments: z
    .enum(mailAttachmentChoices)
    .nullable()
    .describe(
      'What becomes of the attachments of mails. Null where it cannot be chosen: parts of their mails.',
    ),
  removedAt: z.string().nullable().describe('Null for one that the corpus has.'),
});

const newSourceBody = z.strictObject({
  path: sourceFields.path,
  name: sourceFields.name.describe('By the last part of the path if left out.'),
  include: sourceFields.include,
  exclude: sourceFields.exclude,
  fields: sourceFields.fields,
});

const sourceChangesBody = z.strictObject({ mailAttachments: z.enum(mailAttachmentChoices) });

export function registerSources(server: Server, engine: Engine, places: AllowedPlaces): void {
  server.get(
    '/v1/corpora/:corpus/sources',
    {
      schema: {
        operationId: 'listSources',
        tags,
        description:
          'The sources of a corpus, then removed ones of which documents are still there: the next run deletes them.',
        params: ofCorpus,
        response: { 200: z.object({ sources: z.array(sourceBody) }), '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request) => ({ sources: [...(await engine.sources.list(request.params.corpus))] }),
  );
  server.post(
    '/v1/corpora/:corpus/sources',
    {
      schema: {
        operationId: 'addSource',
        tags,
        description:
          'Gives a corpus another source; the next run takes up its documents. Refused with 409 while a run is under way.',
        params: ofCorpus,
        body: newSourceBody,
        response: {
          201: sourceBody.extend({
            isBack: z
              .boolean()
              .describe('It had been removed, and takes up its documents that are still there.'),
          }),
          '4xx': errorBody,
          '5xx': errorBody,
        },
      },
    },
    async (request, reply) => {
      const { path, name, include, exclude, fields } = request.body;
      const source = {
        path: await allowedPath(path, places),
        ...(name !== undefined && { name }),
        ...(include && { include }),
        ...(exclude && { exclude }),
        ...(fields && { fields }),
      };
      const added = await engine.sources.add(request.params.corpus, source, signalOf(request));
      return reply.code(201).send({ ...added });
    },
  );
  server.patch(
    '/v1/corpora/:corpus/sources/:source',
    {
      schema: {
        operationId: 'changeSource',
        tags,
        description:
          'Changes what was chosen of a source. Its documents stay as they are until the next run; a plan says what will ' +
          'follow. Refused with 409 while a run is under way.',
        params: ofSource,
        body: sourceChangesBody,
        response: { 200: sourceBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async ({ params: { corpus, source }, body }) => ({
      ...(await engine.sources.change(corpus, source, body)),
    }),
  );
  server.delete(
    '/v1/corpora/:corpus/sources/:source',
    {
      schema: {
        operationId: 'removeSource',
        tags,
        description:
          'Takes a source away. Its documents stay until the next run, which deletes them as far as the deletion guard ' +
          'lets it. Refused with 409 while a run is under way, and for the only one.',
        params: ofSource,
        response: { 200: sourceBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request) => ({ ...(await engine.sources.remove(request.params.corpus, request.params.source)) }),
  );
}
