import { createTurns, type Embedder } from '@winnow/core';
import type { AnswerDelta, Generator } from './generator.ts';
import { askedOf } from './quoting/asked-of.ts';
import { chooseQuotes } from './quoting/choose-quotes.ts';
import { quoteSectionsOf } from './quoting/quote-unit.ts';
import { scoreUnits } from './quoting/score-units.ts';
import { writeQuote } from './quoting/write-quotes.ts';

export interface ExtractiveGeneratorOptions {
  /** The corpus's own: no further model is needed. */
  readonly embedder: Embedder;
}

/** What answers made of sentences of the sources have in the place of a model. */
export const extractiveName = 'extractive';

/**
 * Answers with what stands in one place of the sources, and in a second one where it adds something: one to three
 * sentences in their order, rows, items or code, each followed by its `[n]`, and what else of the section is about as
 * near; of short texts such as reviews with up to three. Needs no language model, says nothing that a source does not say, and abstains where the sources hold too
 * little of what is asked.
 */
export function createExtractiveGenerator({ embedder }: ExtractiveGeneratorOptions): Generator {
  return {
    modelId: extractiveName,
    async *generate(question, sources, { signal }): AsyncGenerator<AnswerDelta> {
      const pause = createTurns(signal);
      const asked = askedOf(question);
      await pause();
      const sections = quoteSectionsOf(sources);
      await pause();
      const scores = await scoreUnits(embedder, { asked, sections }, signal);
      await pause();
      const quotes = chooseQuotes(asked, scores);
      if (quotes.length === 0) yield { type: 'abstained' };
      for (const [index, quote] of quotes.entries()) {
        yield { type: 'delta', text: `${index === 0 ? '' : '\n\n'}${writeQuote(quote)}` };
      }
    },
  };
}
