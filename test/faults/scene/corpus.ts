import { silentLogger } from '@winnow/core';
import { type Engine, openEngine } from '@winnow/engine';
import { loadConfig } from '@winnow/runtime';
import type { Environment } from './program.ts';
import type { CorpusWanted } from './scene.ts';

/** Makes a corpus from this process, past all links. On a data folder no other process may be at work. */
export async function createCorpus(
  environment: Environment,
  { name, source, chunkTokens, unguarded = false }: CorpusWanted,
  embedder: string,
): Promise<void> {
  const access = { kind: 'write', purpose: 'a fault test' } as const;
  const engine = await openEngine(loadConfig(environment), { access, log: silentLogger });
  try {
    await engine.corpora.create(
      {
        name,
        sources: [{ path: source }],
        embedder,
        language: 'en',
        chunkTokens,
        ...(unguarded && { deletionGuard: { documents: 0, share: 1 } }),
      },
      AbortSignal.timeout(60_000),
    );
  } finally {
    await engine.close();
  }
}

export function openObserver(environment: Environment): Promise<Engine> {
  return openEngine(loadConfig(environment), { access: { kind: 'read' }, log: silentLogger });
}
