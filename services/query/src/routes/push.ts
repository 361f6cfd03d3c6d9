import { Readable } from 'node:stream';
import {
  AppError,
  type ContentChange,
  type DocumentId,
  type Logger,
  maxDocumentBytes,
  parseJson,
} from '@winnow/core';
import { type Engine, type PushedDocument, problemOfId, pushRecordOf } from '@winnow/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { errorBody, errorBodyOf } from '../error-reply.ts';
import { HttpRefusal } from '../http-refusal.ts';
import { signalOf } from '../requests-under-way.ts';

const tags = ['documents'];
const params = z.object({ corpus: corpusName, documentId: z.string().min(1).max(1_024) });
const querystring = z.strictObject({
  // Nothing would be read as 0.
  version: z
    .preprocess((given) => (given === '' ? Number.NaN : given), z.coerce.number().int().min(0).optional())
    .describe(
      'Grows with each change of the document; a change that is older than what is there is refused.',
    ),
  title: z.string().max(1_024).optional().describe('Of a body of bytes.'),
  wait: z
    .literal('searchable')
    .optional()
    .describe('Answers when the document can be found, or failed; at most 30 s.'),
});
const headers = z.looseObject({
  'idempotency-key': z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('The same for every try of one request: it is taken once, within 24 hours.'),
});
const pushedBody = z.object({
  documentId: z.string(),
  outcome: z.enum(['kept', 'same', 'repeated']),
  state: z.enum(['pending', 'live', 'failed', 'deleted']).nullable(),
  revision: z.number().nullable(),
  reason: z.object({ code: z.string(), message: z.string() }).nullable(),
});
const response = { 200: pushedBody, 202: pushedBody, '4xx': errorBody, '5xx': errorBody };

/** A document of the largest size as base64 in JSON. */
const maxBodyBytes = Math.ceil((maxDocumentBytes * 4) / 3) + 1024 * 1024;
const waitMs = 30_000;

/** Routes that take documents: bodies are read otherwise than anywhere else, so they stand in a context of their own. */
export async function registerPush(server: Server, engine: Engine, log: Logger): Promise<void> {
  await server.register(async (context: Server) => {
    context.removeAllContentTypeParsers();
    context.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    registerPut(context, engine);
    registerDelete(context, engine);
  });
  await server.register(async (context: Server) => {
    context.removeAllContentTypeParsers();
    // Only what no page can send without asking first.
    context.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload));
    registerBulk(context, engine, log);
  });
}

function registerPut(server: Server, engine: Engine): void {
  server.put(
    '/v1/corpora/:corpus/documents/:documentId',
    {
      bodyLimit: maxBodyBytes,
      schema: {
        operationId: 'pushDocument',
        tags,
        description:
          'Takes a document: its bytes under their media type, or as application/json a record with `text` (or ' +
          '`_content` in base64 with `_type`), `title` and `metadata`. Answers 202 when it is durable, 200 when it can ' +
          'be found. The corpus needs a source `push:`.',
        params,
        querystring,
        headers,
        response,
      },
    },
    async (request, reply) => await answerPush(engine, request, reply, await changeOf(engine, request)),
  );
}

function registerDelete(server: Server, engine: Engine): void {
  server.delete(
    '/v1/corpora/:corpus/documents/:documentId',
    {
      schema: {
        operationId: 'deleteDocument',
        tags,
        description: 'Deletes a pushed document, for good: an older version that comes late stays out.',
        params,
        querystring: querystring.pick({ version: true }),
        headers,
        response,
      },
    },
    async (request, reply) =>
      await answerPush(engine, request, reply, { ...commonOf(request), content: null }),
  );
}

function registerBulk(server: Server, engine: Engine, log: Logger): void {
  server.post(
    '/v1/corpora/:corpus/documents',
    {
      config: { arrivesSlowly: true },
      schema: {
        operationId: 'pushDocuments',
        tags,
        description:
          'Takes JSON lines (application/x-ndjson): records as in a JSONL file, each with `_id`, and if wanted `_version`, ' +
          '`_key` (idempotency), `_delete`, `_content` and `_type`. Answers a line for each, in order, when it is durable; ' +
          'a last line with `error` where it had to stop.',
        consumes: ['application/x-ndjson'],
        params: z.object({ corpus: corpusName }),
      },
    },
    async (request, reply) => {
      await engine.corpora.show(request.params.corpus);
      const lines = engine.push.pushLines(
        request.params.corpus,
        request.body as AsyncIterable<Uint8Array>,
        signalOf(request),
      );
      return reply
        .type('application/x-ndjson')
        .send(Readable.from(jsonLines(lines, request as FastifyRequest, log)));
    },
  );
}

async function* jsonLines(
  lines: AsyncIterable<object>,
  request: FastifyRequest,
  log: Logger,
): AsyncGenerator<string> {
  try {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`;
  } catch (thrown) {
    yield `${JSON.stringify(errorBodyOf(thrown, request, log))}\n`;
  }
}

type PushRequest = FastifyRequest<{
  Params: unknown;
  Querystring: unknown;
  Headers: unknown;
  Body: unknown;
}> & {
  readonly params: z.output<typeof params>;
  readonly query: Partial<z.output<typeof querystring>>;
};

async function answerPush(
  engine: Engine,
  request: PushRequest,
  reply: FastifyReply,
  change: ContentChange,
): Promise<FastifyReply> {
  const { corpus, documentId } = request.params;
  const signal = signalOf(request as FastifyRequest);
  const pushed = await engine.push.push(corpus, change, signal);
  refuse(pushed);
  const isAwaited = request.query.wait !== undefined;
  const state = isAwaited
    ? await engine.push.whenDone(corpus, documentId, { timeoutMs: waitMs, signal })
    : {};
  const answer = { ...pushed, ...state };
  return reply.code(answer.state === 'pending' ? 202 : 200).send(answer);
}

function refuse({ documentId, outcome }: PushedDocument): void {
  const named = JSON.stringify(documentId.slice(0, 200));
  switch (outcome) {
    case 'older':
      throw new AppError(
        'failed_precondition',
        `document ${named} has a version that is not older than this one`,
      );
    case 'taken_id':
      throw new AppError('failed_precondition', `another source of the corpus has a document ${named}`);
    case 'key_reused':
      throw new HttpRefusal(
        422,
        'invalid_argument',
        'a request with this idempotency key asked for something else',
      );
    default:
  }
}

function commonOf({ params: { documentId }, query, headers: given }: PushRequest) {
  const problem = problemOfId(documentId);
  if (problem !== null) throw new AppError('invalid_argument', problem);
  const key = (given as Record<string, string | undefined>)['idempotency-key'];
  return {
    documentId: documentId as DocumentId,
    version: query.version ?? null,
    idempotencyKey: key ?? null,
  };
}

async function changeOf(engine: Engine, request: PushRequest): Promise<ContentChange> {
  const common = commonOf(request);
  const body = request.body as Buffer | undefined;
  const mediaType = (request.headers as Record<string, string | undefined>)['content-type'] ?? null;
  if (body === undefined || mediaType === null) {
    throw new AppError('invalid_argument', 'send the document as body, under its media type');
  }
  if (!/^application\/json\b/i.test(mediaType)) {
    if (body.byteLength > maxDocumentBytes) {
      throw new HttpRefusal(413, 'invalid_argument', `a document has at most ${maxDocumentBytes} bytes`);
    }
    const known = mediaType.toLowerCase() === 'application/octet-stream' ? null : mediaType;
    const content = { content: body, mediaType: known, title: request.query.title ?? null, metadata: {} };
    return { ...common, content };
  }
  const fields = await engine.push.fields(request.params.corpus);
  const read = pushRecordOf(objectOf(body), common.documentId, fields);
  if (read.kind === 'malformed') throw new AppError('invalid_argument', read.message);
  const { content, version, idempotencyKey } = read.change;
  return {
    documentId: common.documentId,
    content,
    version: common.version ?? version,
    idempotencyKey: common.idempotencyKey ?? idempotencyKey,
  };
}

function objectOf(body: Buffer): Readonly<Record<string, unknown>> {
  const value = parseJson(body.toString('utf8'));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new AppError('invalid_argument', 'the body is not a JSON object');
}
