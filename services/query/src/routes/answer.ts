import { AppError, type Logger } from '@winnow/core';
import { type AnswerEvent, answerRequestSchema, collectAnswer, type Engine } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { costBody } from '../cost-body.ts';
import { coverageNotes } from '../coverage-notes.ts';
import { errorBody } from '../error-reply.ts';
import { signalOf } from '../signal-of.ts';

const answerBody = z.looseObject({
  answer: z.string(),
  abstained: z.boolean(),
  generator: z.string(),
  standaloneQuestion: z.string().nullable(),
  cached: z.boolean(),
  queryId: z.string(),
  generation: z.number().describe('The one that was searched.'),
  cost: costBody,
  citations: z
    .array(z.object({ n: z.number(), documentId: z.string(), chunkId: z.string(), quote: z.string() }))
    .readonly(),
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
        engine.queries.answer(corpus, rest, signalOf(request, reply)),
      );
      if (!(request.headers.accept ?? '').includes('text/event-stream'))
        return { ...(await collectAnswer(events)) };

      // The first event is awaited before the head is sent, so that an unknown corpus is still a 404.
      const iterator = events[Symbol.asyncIterator]();
      let next = await iterator.next();
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      try {
        for (; next.done !== true; next = await iterator.next()) {
          reply.raw.write(`event: ${next.value.type}\ndata: ${JSON.stringify(next.value)}\n\n`);
        }
      } catch (thrown) {
        const { code, message } = AppError.from(thrown);
        if (code === 'internal') log.error({ event: 'answer-failed', error: AppError.from(thrown) });
        reply.raw.write(`event: error\ndata: ${JSON.stringify({ error: { code, message } })}\n\n`);
      }
      reply.raw.end();
    },
  );
}

/** The answer, with what has to be known of the corpus where little was found. */
async function* withCoverage(
  engine: Engine,
  corpus: string,
  events: AsyncIterable<AnswerEvent>,
): AsyncGenerator<AnswerEvent> {
  let found = 0;
  for await (const event of events) {
    if (event.type === 'sources-ready') found = event.sources.length;
    if (event.type !== 'answer-end') yield event;
    else yield { ...event, notes: [...event.notes, ...(await coverageNotes(engine, corpus, found))] };
  }
}
