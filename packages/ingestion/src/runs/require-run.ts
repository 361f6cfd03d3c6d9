import { AppError, type Run, type RunId, type Store } from '@winnow/core';

/** @throws AppError `not_found`, with where the runs are listed. */
export async function requireRun({ runs }: Pick<Store, 'runs'>, runId: RunId): Promise<Run> {
  const run = await runs.get(runId);
  if (run !== null) return run;
  throw new AppError(
    'not_found',
    `there is no run ${runId}: winnow status shows those under way, winnow runs CORPUS the earlier ones`,
  );
}
