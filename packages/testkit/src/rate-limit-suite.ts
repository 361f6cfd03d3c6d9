import { describe } from 'vitest';
import { describeFairness } from './rate-limit-suite/fairness.ts';
import type { CreateRateLimitState } from './rate-limit-suite/harness.ts';
import { describeLearning } from './rate-limit-suite/learning.ts';
import { describeLimits } from './rate-limit-suite/limits.ts';

/**
 * What every `RateLimitState` (packages/core/src/ports/rate-limit-state.ts) must hold to. Call it at the top
 * level of a test file. Time is simulated: nothing waits.
 *
 * @param create opens a state of its own for each test, whose clock is the one given.
 */
export function describeRateLimitState(name: string, create: CreateRateLimitState): void {
  describe(`${name} as a RateLimitState`, () => {
    describeLimits(create);
    describeFairness(create);
    describeLearning(create);
  });
}
