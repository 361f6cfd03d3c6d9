import { silentLogger } from '@winnow/core';
import { type CorpusSummary, openEngine } from '@winnow/engine';
import { loadConfig } from '@winnow/runtime';
import { until } from './until.ts';

/**
 * Looks at a corpus from this process, every few milliseconds, until something holds: a process for each look
 * would be slower than what it looks at.
 */
export async function watchCorpus(
  environment: Readonly<Record<string, string>>,
  name: string,
  what: string,
  holds: (summary: CorpusSummary) => boolean,
): Promise<CorpusSummary> {
  const engine = await openEngine(loadConfig(environment), { access: { kind: 'read' }, log: silentLogger });
  try {
    return await until(what, () => engine.corpora.show(name), holds);
  } finally {
    await engine.close();
  }
}
