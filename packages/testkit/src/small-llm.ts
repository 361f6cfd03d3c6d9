import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    smallLlm: SmallLlm;
  }
}

/** Where the file is, or why there is none on this machine. */
export type SmallLlm =
  | { readonly path: string; readonly missing: null }
  | { readonly path: null; readonly missing: string };

/**
 * The real language model of the integration tests: gemma-3-270m in 4 bits, as GGUF. A base model that was
 * never taught to chat: weak, but real. In CI it is always there.
 */
export function smallLlm(): SmallLlm {
  return inject('smallLlm');
}
