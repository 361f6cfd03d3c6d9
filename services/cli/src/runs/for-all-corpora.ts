import { AppError } from '@winnow/core';
import type { Engine } from '@winnow/engine';
import { exitCodeOfError, exitCodes } from '@winnow/runtime';
import { printNote } from '../output/print.ts';

/**
 * Does the same for one corpus after the other, by name. Trouble of one is said and ends none of the others, a bug
 * ends all; the exit code is the worst of theirs.
 */
export async function forAllCorpora(
  engine: Engine,
  signal: AbortSignal,
  work: (name: string) => Promise<void>,
): Promise<void> {
  const corpora = await engine.corpora.list();
  if (corpora.length === 0) printNote('no corpora yet: winnow corpus create NAME --source PATH');
  let worst: number = exitCodes.done;
  for (const { name, deletingSince, restoringSince } of corpora) {
    signal.throwIfAborted();
    if (deletingSince !== null || restoringSince !== null) {
      printNote(`corpus ${name} is left out: it is being ${deletingSince === null ? 'restored' : 'deleted'}`);
      continue;
    }
    printNote(`corpus ${name}`);
    worst = Math.max(worst, await exitCodeOf(() => work(name), signal, name));
  }
  process.exitCode = worst;
}

async function exitCodeOf(work: () => Promise<void>, signal: AbortSignal, name: string): Promise<number> {
  process.exitCode = undefined;
  try {
    await work();
    return Number(process.exitCode ?? exitCodes.done);
  } catch (thrown) {
    signal.throwIfAborted();
    const error = AppError.from(thrown);
    if (error.code === 'internal') throw error;
    printNote(`${name}: ${error.message}`);
    return exitCodeOfError(error);
  }
}
