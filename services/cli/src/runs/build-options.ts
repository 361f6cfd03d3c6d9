import type { BuildSettings } from '@winnow/engine';
import type { Command } from 'commander';
import { numberBetween, wholeNumber } from '../arguments.ts';

/** Options of every command that builds a generation, or prices one. */
export interface BuildOptions {
  readonly embedder?: string;
  readonly chunkTokens?: number;
  readonly chunkOverlap?: number;
}

/** Adds `--embedder`, `--chunk-tokens` and `--chunk-overlap`. */
export function withBuildOptions(command: Command): Command {
  return command
    .option('--embedder <model>', 'another embedding model; `winnow models list` names them')
    .option('--chunk-tokens <n>', 'tokens a chunk may have', wholeNumber(16, 8_192))
    .option(
      '--chunk-overlap <part>',
      'part of a chunk that repeats the one before, 0–0.5',
      numberBetween(0, 0.5),
    );
}

/** What is left out stays as it is. */
export function buildSettingsOf({ embedder, chunkTokens, chunkOverlap }: BuildOptions): BuildSettings {
  return {
    ...(embedder !== undefined && { embedder }),
    ...(chunkTokens !== undefined && { chunkTokens }),
    ...(chunkOverlap !== undefined && { overlapRatio: chunkOverlap }),
  };
}
