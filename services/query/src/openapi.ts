import type { SwaggerTransformObject } from '@fastify/swagger';

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
      properties: { code: { type: 'string' }, message: { type: 'string' } },
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

/** What any route may answer, whatever it is for. */
const refusals = {
  '401': answered('WINNOW_API_KEY is set, and the request does not bring it as a bearer token.'),
  '403': answered('Asked under a name, or from a page, that is not in WINNOW_ALLOWED_HOSTS.'),
  '429': answered('Too many requests from one address, or a limit or budget is reached.', retryAfter),
  '503': answered('A server or a model does not answer; the same request may work later.', retryAfter),
};

/** The events of a streamed answer; the body of each is the JSON behind `data:`. */
const answerStream = {
  schema: {
    type: 'string',
    description:
      'Server-sent events. `sources-ready`: { sources }. `answer-delta`: { text }. `answer-end`: the rest of the ' +
      'JSON reply. `error`: { error: { code, message } }, where it fails after it has begun; nothing comes after it.',
  },
};

/** Adds what stands at no single route, or what a schema of JSON cannot say. */
export const describeReplies: SwaggerTransformObject = (document) => {
  if (!('openapiObject' in document)) return document.swaggerObject;
  const { openapiObject } = document;
  for (const path of Object.values(openapiObject.paths ?? {})) {
    for (const operation of Object.values(path ?? {}) as Operation[]) {
      if (operation.responses === undefined || operation.tags?.includes('health') === true) continue;
      operation.responses = { ...operation.responses, ...refusals };
      const ok = operation.responses['200'];
      if (operation.operationId === 'answer' && ok !== undefined && 'content' in ok) {
        ok.content = { ...(ok.content as object), 'text/event-stream': answerStream };
      }
    }
  }
  return openapiObject;
};
