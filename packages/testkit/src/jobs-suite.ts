import { describe } from 'vitest';
import { describeChains } from './jobs-suite/chains.ts';
import { describeCondition } from './jobs-suite/condition.ts';
import { describeFailures } from './jobs-suite/failures.ts';
import type { CreateJobSystem } from './jobs-suite/harness.ts';
import { describePuttingIn } from './jobs-suite/putting-in.ts';
import { describeShutdown } from './jobs-suite/shutdown.ts';
import { describeVersions } from './jobs-suite/versions.ts';

/**
 * What every `JobSystem` (packages/core/src/ports/job-queue.ts) and its runner must hold to. Call it at the
 * top level of a test file.
 *
 * @param name of the adapter, for the test report.
 * @param create opens a system of its own for each test.
 */
export function describeJobSystem(name: string, create: CreateJobSystem): void {
  describe(`${name} as a JobSystem`, () => {
    describePuttingIn(create);
    describeChains(create);
    describeFailures(create);
    describeVersions(create);
    describeCondition(create);
    describeShutdown(create);
  });
}
