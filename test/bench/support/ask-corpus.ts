import type { Engine } from '@winnow/engine';
import { answerRequestSchema, collectAnswer, followRun } from '@winnow/engine';

/** Makes a corpus of a folder or file with the default models, and ingests it, where it is not there yet. */
export async function ingestOnce(
  engine: Engine,
  corpus: { readonly name: string; readonly path: string; readonly exclude?: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  const { name, path, exclude = [] } = corpus;
  if ((await engine.corpora.list()).some((one) => one.name === name)) return;
  await engine.corpora.create({ name, sources: [{ path }], exclude }, signal);
  const worker = engine.createWorker();
  await worker.start();
  const { run } = await engine.runs.start(name);
  await followRun(engine.runs, run, signal, { onReport() {} });
  await worker.close({ graceMs: 1_000 });
}

/** An answer made of sentences of the sources, to its end. */
export function askByQuoting(engine: Engine, corpus: string, question: string, signal: AbortSignal) {
  const request = answerRequestSchema.parse({
    query: question,
    generator: 'extractive',
    // A busy machine is no reason to answer from a worse order.
    rerankBudgetMs: null,
    deadlineMs: 60_000,
  });
  return collectAnswer(engine.queries.answer(corpus, request, signal));
}
