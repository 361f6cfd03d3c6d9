import type { BuildPlan, BuildSettings, CorpusPlan, Engine, PlanOptions } from '@winnow/engine';
import { countOf } from '../output/figures.ts';
import { createStatusLine } from '../output/status-line.ts';

/** Plans a corpus, and says meanwhile how far it is. */
export async function planWithProgress(
  engine: Engine,
  name: string,
  options: Omit<PlanOptions, 'onProgress'>,
  signal: AbortSignal,
): Promise<CorpusPlan> {
  return await withProgress(name, (onProgress) => engine.runs.plan(name, { ...options, onProgress }, signal));
}

/** As {@link planWithProgress}, for a generation that would be built. */
export async function planBuildWithProgress(
  engine: Engine,
  name: string,
  settings: BuildSettings,
  {
    fromText = false,
    out,
    signal,
  }: { readonly fromText?: boolean; readonly out?: string; readonly signal: AbortSignal },
): Promise<BuildPlan> {
  return await withProgress(name, (onProgress) =>
    engine.generations.plan(
      name,
      settings,
      { fromText, onProgress, ...(out !== undefined && { out }) },
      signal,
    ),
  );
}

type OnProgress = NonNullable<PlanOptions['onProgress']>;

async function withProgress<Plan>(
  name: string,
  plan: (onProgress: OnProgress) => Promise<Plan>,
): Promise<Plan> {
  const line = createStatusLine();
  try {
    return await plan(({ phase, listed, prepared, tokens }) => {
      const looked = `${name}: ${countOf(listed, 'document')} looked at`;
      const priced = `${countOf(prepared, 'document')} read, ${countOf(tokens, 'token')}`;
      line.show(phase === 'scan' ? `${looked}, ${priced}` : `${looked}; looking for what is gone`);
    });
  } finally {
    line.stop();
  }
}
