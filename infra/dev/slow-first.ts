import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take minutes, the slowest kinds first: one of them that begins last keeps the others' workers idle for
 * as long as it takes.
 */
const slow: readonly RegExp[] = [
  /^packages\/elasticsearch\/src\/(?:three-shards|store)\.integration/,
  /^test\/faults\/(?:schedule|killed-|poison|lost-|restarted-|embedded-|frozen-|troubled-|half-)/,
  /^test\/e2e\//,
  /^test\/faults\//,
];

/** Begins with the slow files; a first run knows no durations to go by. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId, project }: TestSpecification): number {
  const path = relative(project.vitest.config.root, moduleId);
  const rank = slow.findIndex((pattern) => pattern.test(path));
  return rank < 0 ? slow.length : rank;
}
