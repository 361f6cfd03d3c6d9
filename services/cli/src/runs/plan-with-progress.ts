import type { CorpusPlan, Engine, PlanOptions } from '@winnow/engine';
import { countOf } from '../output/figures.ts';
import { createStatusLine } from '../output/status-line.ts';

/** Plans a corpus, and says meanwhile how far it is. */
export async function planWithProgress(
  engine: Engine,
  name: string,
  options: Omit<PlanOptions, 'onProgress'>,
  signal: AbortSignal,
): Promise<CorpusPlan> {
  const line = createStatusLine();
  try {
    return await engine.runs.plan(
      name,
      {
        ...options,
        onProgress({ phase, listed, prepared, tokens }) {
          const looked = `${name}: ${countOf(listed, 'document')} looked at`;
          const priced = `${countOf(prepared, 'document')} read, ${countOf(tokens, 'token')}`;
          line.show(phase === 'scan' ? `${looked}, ${priced}` : `${looked}; looking for what is gone`);
        },
      },
      signal,
    );
  } finally {
    line.stop();
  }
}
