import { silentLogger } from '@winnow/core';
import { type CorpusSummary, type Engine, openEngine } from '@winnow/engine';
import { loadConfig } from '@winnow/runtime';
import { until } from './until.ts';

type Environment = Readonly<Record<string, string>>;

/** {@link watchEngine}, for what is said of a corpus. */
export async function watchCorpus(
  environment: Environment,
  name: string,
  what: string,
  holds: (summary: CorpusSummary) => boolean,
): Promise<CorpusSummary> {
  return await watchEngine(environment, what, (engine) => engine.corpora.show(name), holds);
}

/**
 * Looks from this process, every few milliseconds, until something holds: a process for each look would be slower
 * than what it looks at.
 */
export async function watchEngine<Value>(
  environment: Environment,
  what: string,
  ask: (engine: Engine) => Promise<Value>,
  holds: (value: Value) => boolean,
): Promise<Value> {
  const engine = await openEngine(loadConfig(environment), { access: { kind: 'read' }, log: silentLogger });
  try {
    return await until(what, () => ask(engine), holds);
  } finally {
    await engine.close();
  }
}
