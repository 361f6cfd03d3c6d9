import { AppError, createTurns, type DocumentId, type Embedder } from '@winnow/core';
import type { AnswerDelta, Generator } from './generator.ts';
import { type Asked, askedOf } from './quoting/asked-of.ts';
import { chooseQuotes } from './quoting/choose-quotes.ts';
import { type QuoteSection, quoteSectionsOf } from './quoting/quote-unit.ts';
import { documentsLackingRareWords, type Vocabulary } from './quoting/rare-words.ts';
import { scoreUnits } from './quoting/score-units.ts';
import { writeQuote } from './quoting/write-quotes.ts';

export interface ExtractiveGeneratorOptions {
  /** The corpus's own: no further model is needed. */
  readonly embedder: Embedder;
  /** Of the corpus; without it, what was found is all that is known of a document's words. */
  readonly vocabulary?: Vocabulary;
}

/** What answers made of sentences of the sources have in the place of a model. */
export const extractiveName = 'extractive';

/**
 * Answers with what stands in one place of the sources, and in a second one where it adds something: one to three
 * sentences in their order, rows, items or code, each followed by its `[n]`; of short texts such as reviews with up to
 * three. Needs no language model, says nothing that a source does not say, and abstains where the sources hold too
 * little of what is asked.
 */
export function createExtractiveGenerator({ embedder, vocabulary }: ExtractiveGeneratorOptions): Generator {
  return {
    modelId: extractiveName,
    async *generate(question, sources, { signal }): AsyncGenerator<AnswerDelta> {
      const pause = createTurns(signal);
      const asked = askedOf(question);
      await pause();
      const sections = quoteSectionsOf(sources);
      await pause();
      const rare = rareWords(asked, sections, vocabulary, signal);
      const lacking = rare.then((looked) => looked.lacking);
      const scores = await scoreUnits(embedder, { asked, sections, lacking }, signal);
      const { note } = await rare;
      if (note !== null) yield { type: 'note', text: note, lasting: false };
      await pause();
      const quotes = chooseQuotes(asked, scores);
      if (quotes.length === 0) yield { type: 'abstained' };
      for (const [index, quote] of quotes.entries()) {
        yield { type: 'delta', text: `${index === 0 ? '' : '\n\n'}${writeQuote(quote)}` };
      }
    },
  };
}

interface RareWords {
  readonly lacking: ReadonlySet<DocumentId>;
  readonly note: string | null;
}

/** Never fails: of what could not be looked for, no document is said to lack it. */
async function rareWords(
  asked: Asked,
  sections: readonly QuoteSection[],
  vocabulary: Vocabulary | undefined,
  signal: AbortSignal,
): Promise<RareWords> {
  if (vocabulary === undefined) return { lacking: new Set(), note: null };
  try {
    return { lacking: await documentsLackingRareWords(asked, sections, vocabulary, signal), note: null };
  } catch (thrown) {
    const note = `rare words of the question were not looked for: ${AppError.from(thrown).message}`;
    return { lacking: new Set(), note };
  }
}
