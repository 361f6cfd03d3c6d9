import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import type { TestCounts } from './test-summary.ts';

/** The variable that names the file into which the counts are written. */
export const countsFileVariable = 'WINNOW_TEST_COUNTS';

/** A reporter for vitest that prints nothing and leaves the counts of the run in a file. */
// biome-ignore lint/style/noDefaultExport: vitest loads a reporter by its default export
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], strayErrors: readonly unknown[]): void {
    const file = process.env[countsFileVariable];
    if (file !== undefined) writeFileSync(file, JSON.stringify(countTests(modules, strayErrors.length)));
  }
}

/** Counts the tests of a run. A file or suite that broke outside its tests counts as one failed test. */
export function countTests(modules: readonly TestModule[], strayErrors: number): TestCounts {
  const counts = { passed: 0, failed: strayErrors, skipped: 0 };
  for (const module of modules) {
    counts.failed += brokenPlaces(module);
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // What is still pending when the run ends was never run: its file crashed.
      counts[state === 'pending' ? 'failed' : state] += 1;
    }
  }
  return counts;
}

function brokenPlaces(module: TestModule): number {
  const places = [module, ...module.children.allSuites()];
  return places.filter((place) => place.errors().length > 0).length;
}
