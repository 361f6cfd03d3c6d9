import type { BuildPlan } from '@winnow/engine';
import { planText } from './plan-text.ts';
import { tableOf } from './table.ts';

const words = {
  nothing: 'nothing',
  'search-time': 'terms are made anew; no text is embedded for it',
  're-chunk': 'documents are split anew; texts that stay the same keep their vectors',
  're-embed': 'every text goes to the model',
} as const;

/** What building a generation would take, and why. */
export function buildPlanText(plan: BuildPlan): string {
  const rows = plan.effects.map(({ setting, from, to, effect }) => [
    setting,
    from === to ? from : `${from} → ${to}`,
    words[effect],
  ]);
  return [tableOf(['setting', 'value', 'leads to'], rows), planText(plan)].join('\n');
}
