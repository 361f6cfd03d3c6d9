import type { SwaggerTransformObject } from '@fastify/swagger';

interface Reply {
  headers?: object;
}

interface Operation {
  readonly operationId?: string;
  readonly tags?: readonly string[];
  responses?: Record<string, object>;
}

const error = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, requestId: { type: 'string' } },
    },
  },
};
const answered = (description: string, headers: object = {}) => ({
  description,
  headers,
  content: { 'application/json': { schema: error } },
});
const retryAfter = {
  'retry-after': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 0 } },
};

const requestId = {
  'x-request-id': {
    description:
      'Of the request, in the log too: the one that it brought (64 of A–Z a–z 0–9 _ . : -), or a new one.',
    schema: { type: 'string' },
  },
};

/** What any route may answer, whatever it is for. */
const refusals = {
  '401': answered('WINNOW_API_KEY is set, and the request does not bring it as a bearer token.'),
  '403': answered('Asked under a name, or from a page, that is not in WINNOW_ALLOWED_HOSTS.'),
  '429': answered('Too many requests from one address, or a limit or budget is reached.', retryAfter),
  '503': answered('A server or a model does not answer; the same request may work later.', retryAfter),
};

/** For routes that say nothing of refusals themselves. */
const anyRefusal = {
  '4XX': answered('What was sent cannot be, or is not there.'),
  '5XX': answered('It failed, or somebody who is needed does not answer.'),
};

/** A line for each record that was sent. */
const pushedLines = {
  description: 'A line of JSON for each record, in order; a last one with `error` where it had to stop.',
  content: { 'application/x-ndjson': { schema: { type: 'string' } } },
};

/** The events of a streamed answer; the body of each is the JSON behind `data:`. */
const answerStream = {
  schema: {
    type: 'string',
    description:
      'Server-sent events, each with an `id` that counts from 1, so that one that is missing is noticed; a stream is not ' +
      'taken up again. `sources-ready`: { sources, search, standaloneQuestion }, `sources` as in the JSON reply. ' +
      '`answer-delta`: { text }, not yet checked. `answer-end`: the rest of the JSON reply; its `answer`, with ' +
      '`citations` and `unsupported`, replaces what was streamed. `error`: { error: { code, message, requestId } }, ' +
      'where it fails after it has begun; nothing comes after it. Lines that begin with `:` come every 15 seconds.',
  },
};

/** Adds what stands at no single route, or what a schema of JSON cannot say. */
export const describeReplies: SwaggerTransformObject = (document) => {
  if (!('openapiObject' in document)) return document.swaggerObject;
  const { openapiObject } = document;
  for (const path of Object.values(openapiObject.paths ?? {})) {
    for (const operation of Object.values(path ?? {}) as Operation[]) {
      if (operation.responses === undefined || operation.tags?.includes('health') === true) continue;
      operation.responses = { ...anyRefusal, ...operation.responses, ...refusals };
      if (operation.operationId === 'pushDocuments') operation.responses['200'] = { ...pushedLines };
      for (const response of Object.values(operation.responses) as Reply[]) {
        response.headers = { ...response.headers, ...requestId };
      }
      const ok = operation.responses['200'];
      if (operation.operationId === 'answer' && ok !== undefined && 'content' in ok) {
        ok.content = { ...(ok.content as object), 'text/event-stream': answerStream };
      }
    }
  }
  return openapiObject;
};
