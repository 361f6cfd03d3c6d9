/** What a run of the tests came to. */
export interface TestCounts {
  readonly passed: number;
  /** Failed tests, and besides them files and suites that broke outside a test, and stray errors. */
  readonly failed: number;
  readonly skipped: number;
}

/**
 * The closing line of a run. A run that failed never says `0 failed`, whatever was counted.
 *
 * @param counts null where the runner ended before it could count.
 * @param succeeded whether the runner ended with success.
 */
export function summaryLine(counts: TestCounts | null, succeeded: boolean): string {
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 };
  const reported = succeeded ? failed : Math.max(failed, 1);
  return `${passed} passed, ${reported} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
