import type { Fit } from './fits-asked.ts';
import type { UnitScore } from './score-units.ts';

/** Of a unit that is of no kind in particular. */
export const plainFit: Fit = {
  amount: 0,
  byDefault: 0,
  code: 0,
  unaskedCode: 0,
  unsaid: 0,
  name: 0,
  opposite: 0,
  elsewhere: 0,
};

/** Of a section that nothing speaks for. */
export const noEvidence: UnitScore['evidence'] = {
  coverage: 0,
  heading: 0,
  topic: 0,
  titled: 0,
  lacking: 0,
  likeness: 0,
};
