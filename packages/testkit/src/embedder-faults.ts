import type { Embedder, ErrorCode } from '@winnow/core';
import { expect, it } from 'vitest';
import { guaranteeUnless } from './guarantee.ts';
import { type AdapterOptions, confidentialTexts, describeProviderFaults } from './provider-faults-suite.ts';
import type { FakeEmbedding } from './providers/fake-embedding.ts';
import type { ProviderServer } from './providers/provider-server.ts';
import type { VectorFault } from './providers/spoil-vectors.ts';

/** A fake provider that embeds. */
export type EmbeddingServer = ProviderServer & FakeEmbedding;

export interface EmbedderFaultsOptions<Server extends EmbeddingServer> {
  start(): Promise<Server>;
  open(server: Server, options: AdapterOptions): Promise<Embedder>;
  /** False where an answer does not say which text a vector belongs to. */
  readonly saysOrder: boolean;
}

const vectorCases: readonly { readonly fault: VectorFault; readonly code: ErrorCode }[] = [
  { fault: 'fewer', code: 'unavailable' },
  { fault: 'more', code: 'unavailable' },
  { fault: 'null-value', code: 'unavailable' },
  { fault: 'not-a-number', code: 'unavailable' },
  { fault: 'zeros', code: 'unavailable' },
  { fault: 'wrong-size', code: 'failed_precondition' },
];

/** What every embedder behind a network guarantees when its provider fails. */
export function describeEmbedderFaults<Server extends EmbeddingServer>(
  name: string,
  options: EmbedderFaultsOptions<Server>,
): void {
  const call = async (embedder: Embedder, signal: AbortSignal) =>
    (await embedder.embed(confidentialTexts, { purpose: 'document', signal })).vectors;

  describeProviderFaults(`embedder faults ${name}`, { ...options, call }, ({ server, open, failOnce }) => {
    it.each(vectorCases)('makes of vectors that are wrong ($fault) $code', async ({ fault, code }) => {
      const error = await failOnce((faulted) => faulted.spoilNext(fault));
      expect(error).toMatchObject({ name: 'AppError', code });
    });

    guaranteeUnless(
      options.saysOrder ? null : 'the answer does not say which text a vector belongs to',
      'puts vectors in order that come in another, and refuses one twice',
      async () => {
        const { signal } = new AbortController();
        const embedder = await open();
        const vectors = await call(embedder, signal);
        server().spoilNext('reordered', 'index-twice');
        expect(await call(embedder, signal)).toEqual(vectors);
        await expect(call(embedder, signal)).rejects.toMatchObject({ code: 'unavailable' });
      },
    );
  });
}
