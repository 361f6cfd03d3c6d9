import { z } from 'zod';
import { searchRequestSchema } from '../search/search-request.ts';
import { maxTurns, turnSchema } from './history/turn.ts';

/** Chunks an answer is made of, hits and their neighbours together. */
export const maxContextChunks = 10;

/** A question as it comes from outside: a search whose hits an answer is made of. */
export const answerRequestSchema = searchRequestSchema.extend({
  /** Hits to answer from. */
  k: z.int().min(1).max(maxContextChunks).default(5),
  /** Chunks before and after each hit that are read too. */
  neighbours: z.int().min(0).max(2).default(1),
  /** A generator's name; `default` takes the one the installation has. */
  generator: z.string().min(1).max(200).default('default'),
  /** What was said before, oldest first. The question is answered as it is meant there. */
  history: z.array(turnSchema).max(maxTurns).default([]),
});

/** A question with every default filled in. */
export type AnswerRequest = z.output<typeof answerRequestSchema>;
/** The generator asked for; undefined for the default. */
export function generatorName({ generator }: AnswerRequest): string | undefined {
  return generator === 'default' ? undefined : generator;
}

/** What a caller may leave out. */
export type AnswerRequestInput = z.input<typeof answerRequestSchema>;
