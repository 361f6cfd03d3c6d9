import { addModelUsage, type Embedder, noModelUsage } from '@winnow/core';

/** An embedder that asks the other one for each text once, by purpose. */
export function rememberVectors(embedder: Embedder): Embedder {
  const known = new Map<string, Float32Array>();
  return {
    ...embedder,
    async embed(texts, options) {
      const { purpose } = options;
      const key = (text: string) => `${purpose}\0${text}`;
      const missing = [...new Set(texts)].filter((text) => !known.has(key(text)));
      let total = noModelUsage;
      for (let start = 0; start < missing.length; start += embedder.maxTextsPerCall) {
        const batch = missing.slice(start, start + embedder.maxTextsPerCall);
        const { vectors, usage } = await embedder.embed(batch, options);
        total = addModelUsage(total, usage);
        for (const [index, text] of batch.entries()) {
          const vector = vectors[index];
          if (vector !== undefined) known.set(key(text), vector);
        }
      }
      const vectors = texts.map((text) => known.get(key(text)) ?? new Float32Array(embedder.dimensions));
      return { vectors, usage: total };
    },
  };
}
