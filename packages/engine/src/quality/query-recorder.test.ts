import { AppError, type LogFields, type QueryRecord, silentLogger } from '@winnow/core';
import type { AnswerEvent } from '@winnow/retrieval';
import { corpusOf } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { createQueryRecorder, recordAnswer } from './query-recorder.ts';

const corpus = { ...corpusOf('notes'), recording: { enabled: true, days: 30 } };
const quiet = { ...corpusOf('quiet'), recording: { enabled: false, days: 30 } };
const search = (text: string) => ({ queryId: `id of ${text}`, text, kind: 'search' as const });

function open(fails = false) {
  const written: QueryRecord[][] = [];
  const forgotten: string[] = [];
  const warnings: LogFields[] = [];
  let time = Date.UTC(2026, 0, 31);
  const recorder = createQueryRecorder({
    queryLog: {
      async record(queries) {
        if (fails) throw new AppError('unavailable', 'the index is away');
        written.push([...queries]);
      },
      async forget(_corpusId, before) {
        forgotten.push(before);
      },
    },
    now: () => new Date(time),
    log: { ...silentLogger, warn: (fields) => warnings.push(fields) },
  });
  return {
    recorder,
    written,
    forgotten,
    warnings,
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

describe('createQueryRecorder', () => {
  it('writes what was searched after the caller has gone on', async () => {
    const { recorder, written } = open();
    recorder.record(corpus, search('one'));
    expect(written).toEqual([]);
    await recorder.settled();
    expect(written.flat()).toEqual([
      {
        queryId: 'id of one',
        corpusId: corpus.corpusId,
        generation: 1,
        text: 'one',
        kind: 'search',
        at: '2026-01-31T00:00:00.000Z',
      },
    ]);
  });

  it('keeps nothing of a corpus that does not record', async () => {
    const { recorder, written, forgotten } = open();
    recorder.record(quiet, search('secret'));
    await recorder.settled();
    expect([written, forgotten]).toEqual([[], []]);
  });

  it('writes many together, and forgets what is older than the days of the corpus once an hour', async () => {
    const { recorder, written, forgotten, pass } = open();
    for (let at = 0; at < 150; at += 1) recorder.record(corpus, search(`query ${at}`));
    await recorder.settled();
    expect(written.map((batch) => batch.length)).toEqual([100, 50]);
    pass(3_599_000);
    recorder.record(corpus, search('again'));
    await recorder.settled();
    expect(forgotten).toEqual(['2026-01-01T00:00:00.000Z']);
    pass(1_000);
    recorder.record({ ...corpus, recording: { enabled: true, days: 1 } }, search('later'));
    await recorder.settled();
    expect(forgotten[1]).toBe('2026-01-30T01:00:00.000Z');
  });

  it('fails no search where it cannot write, and goes on after', async () => {
    const { recorder, warnings } = open(true);
    recorder.record(corpus, search('one'));
    await recorder.settled();
    recorder.record(corpus, search('two'));
    await recorder.settled();
    expect(warnings).toHaveLength(2);
    expect(JSON.stringify(warnings)).not.toContain('id of');
  });

  it('holds a bounded number of searches, and says what it does not keep', async () => {
    const { recorder, written, warnings } = open();
    for (let at = 0; at < 1_200; at += 1) recorder.record(corpus, search(`query ${at}`));
    await recorder.settled();
    expect(written.flat()).toHaveLength(1_000);
    expect(warnings).toHaveLength(200);
  });
});

describe('recordAnswer', () => {
  const ready = {
    type: 'sources-ready',
    sources: [],
    search: { queryId: 'q1' },
    standaloneQuestion: 'how is the pump checked?',
  };
  const end = { type: 'answer-end', queryId: 'q1', standaloneQuestion: 'how is the pump checked?' };
  async function* events(...list: readonly unknown[]): AsyncGenerator<AnswerEvent> {
    for (const event of list) yield event as AnswerEvent;
  }

  it('keeps the question as it was understood, once', async () => {
    const { recorder, written } = open();
    const told = await Array.fromAsync(recordAnswer(recorder, corpus, 'and it?', events(ready, end)));
    await recorder.settled();
    expect(told).toEqual([ready, end]);
    expect(written.flat()).toMatchObject([
      { queryId: 'q1', text: 'how is the pump checked?', kind: 'answer' },
    ]);
  });

  it('keeps it where the reader leaves, and not where the answer never began', async () => {
    const { recorder, written } = open();
    for await (const _ of recordAnswer(
      recorder,
      corpus,
      'left',
      events({ ...ready, standaloneQuestion: null }, end),
    ))
      break;
    for await (const _ of recordAnswer(recorder, corpus, 'never', events())) break;
    await recorder.settled();
    expect(written.flat().map(({ text }) => text)).toEqual(['left']);
  });
});
