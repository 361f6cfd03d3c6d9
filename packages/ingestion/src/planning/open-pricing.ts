import {
  type Bill,
  type Corpus,
  type Embedder,
  type Generation,
  type GenerationRef,
  noCost,
} from '@winnow/core';
import { placesOfVectors } from '../generations/places-of-vectors.ts';
import type { IngestPorts } from '../ports.ts';
import type { PreparedDocument } from '../prepare-document.ts';
import { from } from '../waiting/with-patience.ts';
import type { PlanSummary } from './corpus-plan.ts';
import { estimateSeconds, measuredRates, tryModel } from './estimate-seconds.ts';
import { createTextPricing, type TextPricing } from './price-texts.ts';

/** What the documents of a plan cost, in texts, tokens, money and time. */
export interface Pricing {
  add(document: PreparedDocument): Promise<void>;
  soFar(): { readonly prepared: number; readonly tokens: number };
  /** Of everything added. */
  total(signal: AbortSignal): Promise<Pick<PlanSummary, 'chunks' | 'tokens' | 'cost' | 'estimatedSeconds'>>;
}

/** The model is asked for once there is a document to be priced: a plan without any needs none. */
export function openPricing(
  ports: IngestPorts,
  corpus: Corpus,
  generation: Generation,
  ref: GenerationRef,
): Pricing {
  let opened: Promise<{ readonly embedder: Embedder; readonly texts: TextPricing }> | null = null;
  let texts: TextPricing | null = null;
  let prepared = 0;
  const openedAt = ports.now().getTime();
  let preparedAt = openedAt;

  async function open() {
    const embedder = await from('model', ports.embedderOf(generation, unwritten(corpus)));
    texts = createTextPricing(ports, placesOfVectors(corpus, ref, embedder), generation, embedder);
    return { embedder, texts };
  }

  return {
    async add(document) {
      opened ??= open();
      await (await opened).texts.add(document);
      prepared += 1;
      preparedAt = ports.now().getTime();
    },
    soFar: () => ({ prepared, tokens: texts?.soFar().tokens ?? 0 }),
    async total(signal) {
      const model = opened === null ? null : await opened;
      const nothing = { toEmbed: 0, reusable: 0, forTokenVectors: 0, tokens: 0 };
      const { toEmbed, reusable, forTokenVectors, tokens } =
        model === null ? nothing : await model.texts.total();
      const price = await ports.priceOf(generation);
      const known = await measuredRates(ports, corpus, generation);
      const seconds = (preparedAt - openedAt) / 1_000;
      const rates = {
        documentsPerSecond: known.documentsPerSecond ?? prepared / Math.max(seconds, 0.001),
        tokensPerSecond:
          known.tokensPerSecond ??
          (model === null ? null : await tryModel(model.embedder, model.texts.samples(), signal)),
      };
      return {
        chunks: { toEmbed, reusable, ...(forTokenVectors > 0 && { forTokenVectors }) },
        tokens,
        cost: {
          usd: price === null ? null : (tokens * price.usdPerMillionTokens) / 1_000_000,
          model: generation.embedder,
          priceDate: price?.listDate ?? null,
        },
        estimatedSeconds: estimateSeconds({ documents: prepared, tokens }, rates),
      };
    },
  };
}

/** A dry run leaves no trace in the ledger either: what it has embedded, if anything, costs nothing. */
function unwritten({ name }: Corpus): Bill {
  return {
    to: { corpus: name, runId: null, queryId: null },
    add: () => {},
    total: () => noCost,
    settled: async () => {},
  };
}
