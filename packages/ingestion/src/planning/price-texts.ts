import {
  type Embedder,
  type EmbeddingKey,
  embeddingKeyOf,
  type Generation,
  type GenerationRef,
} from '@winnow/core';
import { embeddingTextOf } from '@winnow/text';
import { knownTokenVectors, knownVectors, vectorsToReuse } from '../embedding/known-vectors.ts';
import type { IngestPorts } from '../ports.ts';
import type { PreparedDocument } from '../prepare-document.ts';
import { from } from '../waiting/with-patience.ts';
import { createDocumentIdSet } from './document-id-set.ts';

/** Keys that are looked up in index and cache in one go. */
const lookUpSize = 1_000;
/**
 * Texts that are remembered, so that equal ones count once: 64 MB at most. Beyond them a text that comes again counts
 * again, so that a plan of that size says too much rather than too little.
 */
const maxRemembered = 2_000_000;
/** Texts kept to try the model on. */
const maxSamples = 64;

export interface TextToEmbed {
  readonly text: string;
  readonly tokenCount: number;
}

interface TextPrices {
  readonly toEmbed: number;
  readonly reusable: number;
  /** Of those to embed: texts whose vector is known, and whose token vectors are missing. */
  readonly forTokenVectors: number;
  readonly tokens: number;
}

/** Adds up what the chunks of documents need of the model. */
export interface TextPricing {
  add(document: Pick<PreparedDocument, 'title' | 'chunks'>): Promise<void>;
  /** Of everything added. */
  total(): Promise<TextPrices>;
  /** So far, without what is not looked up yet. */
  soFar(): TextPrices;
  /** Some of the texts to embed. */
  samples(): readonly TextToEmbed[];
}

/** Texts count as reusable where index or cache have what a generation takes over of them, or where they came before. */
export function createTextPricing(
  ports: IngestPorts,
  places: readonly GenerationRef[],
  generation: Pick<Generation, 'state'>,
  embedder: Pick<Embedder, 'fingerprint' | 'location' | 'givesTokenVectors'>,
): TextPricing {
  const seen = createDocumentIdSet();
  const samples: TextToEmbed[] = [];
  const total = { toEmbed: 0, reusable: 0, forTokenVectors: 0, tokens: 0 };
  let open: (TextToEmbed & { readonly key: EmbeddingKey })[] = [];

  async function lookUp(): Promise<void> {
    const some = open.slice(0, lookUpSize);
    open = open.slice(lookUpSize);
    const keys = some.map(({ key }) => key);
    const known = await from('index', knownVectors(ports, places, keys, embedder));
    const tokenVectors = await from(
      'index',
      knownTokenVectors(ports, places, generation.state === 'building' ? known.vectors.keys() : [], embedder),
    );
    const vectors = vectorsToReuse(known.vectors, tokenVectors, generation, embedder);
    for (const { key, text, tokenCount } of some) {
      if (vectors.has(key)) {
        total.reusable += 1;
        continue;
      }
      total.toEmbed += 1;
      if (known.vectors.has(key)) total.forTokenVectors += 1;
      total.tokens += tokenCount;
      if (samples.length < maxSamples) samples.push({ text, tokenCount });
    }
  }

  return {
    async add({ title, chunks }) {
      for (const chunk of chunks) {
        const text = embeddingTextOf(title, chunk);
        const key = embeddingKeyOf(embedder.fingerprint, text);
        if (isSeen(key)) total.reusable += 1;
        else open.push({ key, text, tokenCount: chunk.tokenCount });
        if (open.length >= lookUpSize) await lookUp();
      }
    },
    async total() {
      while (open.length > 0) await lookUp();
      return { ...total };
    },
    soFar: () => ({ ...total }),
    samples: () => samples,
  };

  function isSeen(key: EmbeddingKey): boolean {
    if (seen.has(key)) return true;
    if (seen.size < maxRemembered) seen.add(key);
    return false;
  }
}
