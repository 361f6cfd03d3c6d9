import { z } from 'zod';

/** What calls of models took, as every answer that called one has it. */
export const costFigures = {
  calls: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  searches: z.number(),
  truncated: z.number().describe('Texts that lost their end to the limit of the model.'),
  cached: z.number().describe('Texts and answers that a cache had, so that nobody was called.'),
  usd: z.number().describe('US dollars of the calls whose price is known.'),
  unpricedCalls: z.number().describe('Calls whose price is not known; `usd` lacks them.'),
};

export const costBody = z.object(costFigures);
