import { checkPackage, type Package } from '@arethetypeswrong/core';
import { problemAffectsResolutionKind, problemKindInfo } from '@arethetypeswrong/core/problems';

/** How programs that can import ESM find types: our package has nothing else to offer. */
const esmOnly = ['node16-esm', 'bundler'] as const;

/**
 * What is wrong with the types of a package, as TypeScript sees them from outside: an entry point without types, or with
 * types that say something else than the code beside them.
 * @returns a line a problem; none where all is well for programs that import ESM.
 */
export async function wrongTypes(packed: Package): Promise<readonly string[]> {
  const analysis = await checkPackage(packed);
  if (analysis.types === false) return ['it has no types'];
  return analysis.problems
    .filter((problem) => esmOnly.some((kind) => problemAffectsResolutionKind(problem, kind, analysis)))
    .map((problem) => `${problemKindInfo[problem.kind].title}: ${JSON.stringify(problem)}`);
}
