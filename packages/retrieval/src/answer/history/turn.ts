import { z } from 'zod';

/** Turns of a conversation that are read; older ones do not help to understand a question. */
export const maxTurns = 20;
/** Characters of one turn. */
const maxTurnLength = 8_192;

/** What was said before the question. */
export const turnSchema = z.strictObject({
  role: z.enum(['user', 'assistant']),
  content: z.string().trim().min(1).max(maxTurnLength),
});
export type Turn = z.output<typeof turnSchema>;
