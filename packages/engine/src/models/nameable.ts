import { AppError } from '@winnow/core';
import { isListedModel, type ModelKind } from '@winnow/models';
import { parseJudgeName } from '@winnow/retrieval';
import type { Config } from '@winnow/runtime';

/** What stands for no model of its own, or for the configured one. */
const words: Readonly<Record<ModelKind, readonly string[]>> = {
  embedding: [],
  rerank: ['default', 'none', 'late-interaction'],
  generation: ['default', 'extractive'],
};

/**
 * Refuses names that somebody from outside may not load a model by. A name may be a path, or any model of a
 * provider: only who runs the service chooses those. Whether there is such a file makes no difference to the answer.
 * @throws AppError `not_found` for what is neither in the registry nor configured.
 */
export function requireNameable(
  config: Pick<Config, 'reranker' | 'chatModel' | 'judge' | 'namedModels'>,
  kind: ModelKind,
  name: string,
): void {
  if (isNameable(config, kind, name)) return;
  throw new AppError(
    'not_found',
    `no model ${JSON.stringify(name.slice(0, 80))} that a request may name: it is neither in the registry nor in ` +
      'WINNOW_NAMED_MODELS of the server',
  );
}

function isNameable(config: Parameters<typeof requireNameable>[0], kind: ModelKind, name: string): boolean {
  const judge = kind === 'rerank' ? parseJudgeName(name) : null;
  if (judge !== null) return judge.model === null || isNameable(config, 'generation', judge.model);
  const { reranker, chatModel, judge: configured, namedModels } = config;
  const chosen = kind === 'rerank' ? [reranker] : kind === 'generation' ? [chatModel, configured.model] : [];
  return (
    words[kind].includes(name) ||
    chosen.includes(name) ||
    namedModels.includes(name) ||
    isListedModel(kind, name)
  );
}
