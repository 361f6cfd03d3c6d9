/**
 * A fake OpenAI server in a process of its own, so that it takes no time of the process that is measured. Forked
 * by benches: its first argument is the share of requests that fail; any message is answered with its counts.
 */
import { type ProviderFault, startOpenAiServer } from '@winnow/testkit';

/** What the fake has seen. */
export interface ProviderCounts {
  readonly requests: number;
  readonly failed: number;
  readonly textsEmbedded: number;
  readonly textsEmbeddedAgain: number;
}

const faults: readonly ProviderFault[] = [
  { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
];

const rate = Number(process.argv[2] ?? 0);
const server = await startOpenAiServer({
  embeddings: { models: { 'bench-model': 1_536 } },
  latency: { perRequestMs: 120, perTokenMs: 0.01 },
  ...(rate > 0 && { randomFaults: { rate, seed: 11, faults } }),
});
process.send?.(server.baseUrl);
process.on('message', () => {
  const counts: ProviderCounts = {
    requests: server.requestCount,
    failed: [...server.failures.values()].reduce((sum, count) => sum + count, 0),
    textsEmbedded: server.embedded.total,
    textsEmbeddedAgain: server.embedded.repeated,
  };
  process.send?.(counts);
});
process.on('disconnect', () => process.exit());
