import type { Logger } from '@winnow/core';
import {
  type AnswerEvent,
  answerRequestSchema,
  collectAnswer,
  coverageNotes,
  type Engine,
  type SearchRequest,
} from '@winnow/engine';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { costBody } from '../cost-body.ts';
import { errorBody, errorBodyOf } from '../error-reply.ts';
import { placeFields } from '../place-fields.ts';
import { signalOf } from '../requests-under-way.ts';
import { type SentEvent, sendEvents } from '../send-events.ts';

/** Where a passage stands. */
const place = {
  documentId: z.string(),
  chunkId: z.string(),
  title: z.string(),
  headings: z.array(z.string()).readonly(),
};

const answerBody = z.looseObject({
  answer: z
    .string()
    .describe(
      'Markdown without HTML, images and addresses that run scripts; what is in it as code is verbatim.',
    ),
  abstained: z.boolean(),
  generator: z.string(),
  standaloneQuestion: z.string().nullable(),
  cached: z.boolean(),
  queryId: z.string(),
  generation: z.number().describe('The one that was searched.'),
  cost: costBody,
  citations: z
    .array(
      z.object({
        n: z.number().describe('From 1, in the order of the answer.'),
        ...place,
        ...placeFields,
        quote: z
          .string()
          .describe('Of the document, letter for letter, without what nobody sees: no markup of ours.'),
        checked: z.boolean().describe('False where only numbers and code could be compared.'),
      }),
    )
    .readonly(),
  unsupported: z
    .array(
      z.object({
        start: z.int().describe('Offset in the answer, in UTF-16 code units.'),
        end: z.int(),
        reason: z.enum(['uncited', 'unknown_source', 'not_in_source']),
      }),
    )
    .readonly()
    .describe('Sentences of the answer that nothing bears out.'),
  sources: z
    .array(
      z.object({
        n: z.int().describe('From 1: what `[n]` in the answer means.'),
        documentId: z.string(),
        chunkId: z.string(),
        position: z.int().describe('Of the chunk in its document, from 0.'),
        rank: z.int().describe('Worth for the answer, from 1.'),
        title: z.string(),
        headings: z.array(z.string()).readonly(),
        text: z.string().describe('Of the document, as it is: whoever shows it in a page escapes it.'),
        start: z.int().describe('Where the text begins in that of the document.'),
        end: z.int(),
        ...placeFields,
      }),
    )
    .readonly()
    .describe('What the answer was made of.'),
  nearest: z
    .array(z.object({ ...place, text: z.string() }))
    .readonly()
    .describe('Where nothing answers: the best passages that were found, three at most.'),
  notes: z.array(z.string()).readonly(),
});

export function registerAnswer(server: Server, engine: Engine, log: Logger): void {
  server.post(
    '/v1/answer',
    {
      schema: {
        operationId: 'answer',
        tags: ['queries'],
        description:
          'Answers from the corpus, with citations that were checked. With `accept: text/event-stream` the events ' +
          '`sources-ready`, `answer-delta` and `answer-end` come as they happen; otherwise one JSON body at the end.',
        body: answerRequestSchema.safeExtend({ corpus: corpusName }),
        response: { 200: answerBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request, reply) => {
      const { corpus, ...rest } = request.body;
      engine.models.requireNameable('rerank', rest.rerank);
      engine.models.requireNameable('generation', rest.generator);
      const events = withCoverage(
        engine,
        corpus,
        rest,
        engine.queries.answer(corpus, rest, signalOf(request)),
      );
      if (!(request.headers.accept ?? '').includes('text/event-stream'))
        return { ...(await collectAnswer(events)) };
      // The first event is awaited before the head is sent, so that an unknown corpus is still a 404.
      const iterator = events[Symbol.asyncIterator]();
      const first = await iterator.next();
      await sendEvents(reply, asSent(iterator, first, request, log));
    },
  );
}

/** What fails after it has begun ends in an event. */
async function* asSent(
  events: AsyncIterator<AnswerEvent>,
  first: IteratorResult<AnswerEvent>,
  request: FastifyRequest,
  log: Logger,
): AsyncGenerator<SentEvent> {
  try {
    for (let next = first; next.done !== true; next = await events.next()) {
      yield { type: next.value.type, data: next.value };
    }
  } catch (thrown) {
    yield { type: 'error', data: errorBodyOf(thrown, request, log) };
  } finally {
    await events.return?.();
  }
}

/** The answer, with what has to be known of the corpus where little was found. */
async function* withCoverage(
  engine: Engine,
  corpus: string,
  asked: Pick<SearchRequest, 'filter'>,
  events: AsyncIterable<AnswerEvent>,
): AsyncGenerator<AnswerEvent> {
  let found = 0;
  for await (const event of events) {
    if (event.type === 'sources-ready') found = event.sources.length;
    if (event.type !== 'answer-end') yield event;
    else yield { ...event, notes: [...event.notes, ...(await coverageNotes(engine, corpus, found, asked))] };
  }
}
