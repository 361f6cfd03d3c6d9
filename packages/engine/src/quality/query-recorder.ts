import {
  AppError,
  type Corpus,
  type CorpusId,
  type Logger,
  nextTurn,
  type QueryLog,
  type QueryRecord,
} from '@winnow/core';
import type { AnswerEvent } from '@winnow/retrieval';

/** Keeps searches of corpora that record them. */
export interface QueryRecorder {
  /** Never fails, and is done when it returns: what has to be waited for comes after the reply. */
  record(corpus: Corpus, query: Pick<QueryRecord, 'queryId' | 'text' | 'kind'>): void;
  /** Resolves when nothing is left to be written. */
  settled(): Promise<void>;
}

export interface QueryRecorderPorts {
  readonly queryLog: Pick<QueryLog, 'record' | 'forget'>;
  readonly now: () => Date;
  readonly log: Logger;
}

/** Searches that wait to be written; what comes beyond them is not kept. */
const maxWaiting = 1_000;
const writtenAtOnce = 100;
/** A corpus' old searches are looked for this often at most. */
const forgetEveryMs = 3_600_000;
const dayMs = 86_400_000;

/** Where nothing can be written, as beside another process on the same data folder. */
export const noQueryRecorder: QueryRecorder = { record() {}, async settled() {} };

export function createQueryRecorder({ queryLog, now, log }: QueryRecorderPorts): QueryRecorder {
  let waiting: QueryRecord[] = [];
  let writing: Promise<void> | null = null;
  /** Days that each corpus keeps its searches, and when old ones were last forgotten, in milliseconds. */
  const kept = new Map<CorpusId, { readonly days: number; readonly forgotAt: number }>();

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      // The reply goes out first.
      await nextTurn();
      const batch = waiting.slice(0, writtenAtOnce);
      waiting = waiting.slice(writtenAtOnce);
      try {
        await queryLog.record(batch);
        for (const corpusId of new Set(batch.map((query) => query.corpusId))) await forgetOld(corpusId);
      } catch (thrown) {
        const { code, message } = AppError.from(thrown);
        log.warn({ event: 'queries-not-recorded', count: batch.length, code, message });
      }
    }
    writing = null;
  }

  async function forgetOld(corpusId: CorpusId): Promise<void> {
    const state = kept.get(corpusId);
    const time = now().getTime();
    if (state === undefined || time - state.forgotAt < forgetEveryMs) return;
    kept.set(corpusId, { ...state, forgotAt: time });
    await queryLog.forget(corpusId, new Date(time - state.days * dayMs).toISOString());
  }

  return {
    record({ corpusId, liveGeneration, recording }, { queryId, text, kind }) {
      if (!recording.enabled) return;
      const forgotAt = kept.get(corpusId)?.forgotAt ?? Number.NEGATIVE_INFINITY;
      kept.set(corpusId, { days: recording.days, forgotAt });
      if (waiting.length >= maxWaiting) {
        log.warn({ event: 'queries-not-recorded', count: 1, code: 'resource_exhausted' });
        return;
      }
      waiting.push({ queryId, corpusId, generation: liveGeneration, text, kind, at: now().toISOString() });
      writing ??= write();
    },
    async settled() {
      await writing;
    },
  };
}

/**
 * An answer's events as they are; the question is kept once they have come to an end, or their reader has left: as it
 * was searched for, without the conversation before it.
 */
export async function* recordAnswer(
  recorder: QueryRecorder,
  corpus: Corpus,
  question: string,
  events: AsyncIterable<AnswerEvent>,
): AsyncGenerator<AnswerEvent, void> {
  let asked: { readonly queryId: string; readonly text: string } | null = null;
  try {
    for await (const event of events) {
      if (event.type === 'sources-ready') {
        asked = { queryId: event.search.queryId, text: event.standaloneQuestion ?? question };
      }
      if (event.type === 'answer-end') {
        asked = { queryId: event.queryId, text: event.standaloneQuestion ?? question };
      }
      yield event;
    }
  } finally {
    if (asked !== null) recorder.record(corpus, { ...asked, kind: 'answer' });
  }
}
