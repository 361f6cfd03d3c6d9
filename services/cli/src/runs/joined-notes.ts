import { budgetOptionsFor, type RunOptions, type RunReport } from '@winnow/engine';

/**
 * What somebody asked for in vain who started a run and was given one that was under way already, which goes on as it
 * was started. Nothing for a run of one's own, which is as one asked for.
 */
export function joinedNotes(
  { run, corpus, budget, approvedDeletions, backfill }: RunReport,
  wanted: RunOptions,
): readonly string[] {
  // A plan file brings both along, and is never joined to another run.
  if (wanted.planFile !== undefined) return [];
  const notes: string[] = [];
  const underWay = `note: run ${run} was under way already`;
  const isOtherBudget =
    wanted.budget !== undefined &&
    (budget?.usd !== wanted.budget.usd || budget.tokens !== wanted.budget.tokens);
  if (isOtherBudget) {
    const options = budgetOptionsFor(wanted.budget);
    notes.push(`${underWay}, with a budget of its own; winnow resume ${run} ${options} changes it`);
  }
  const approved = wanted.approvedDeletions;
  if (approved !== undefined && approved !== approvedDeletions) {
    const own =
      approvedDeletions === null ? 'no approval of deletions' : `${approvedDeletions} deletions approved`;
    notes.push(
      `${underWay}, with ${own}; once it has ended, winnow ingest ${corpus} --approve-deletions ${approved} lets them go`,
    );
  }
  if (wanted.batch === true && backfill === null) {
    notes.push(
      `${underWay}, without batches: the provider is asked for each text directly, at the full price`,
    );
  }
  return notes;
}
