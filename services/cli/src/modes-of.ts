import { type EvaluationMode, evaluationModes } from '@winnow/engine';
import { InvalidArgumentError } from 'commander';

/** A parser for an option that takes ways of searching, parted by commas. */
export function modesOf(given: string): readonly EvaluationMode[] {
  return given.split(',').map((name) => {
    const mode = evaluationModes.find((known) => known === name.trim());
    if (mode === undefined) throw new InvalidArgumentError(`must be some of ${evaluationModes.join(',')}.`);
    return mode;
  });
}
