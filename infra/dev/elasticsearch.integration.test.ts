import { expect, it } from 'vitest';
import { startElasticsearch } from './elasticsearch.ts';
import { splitCredentials } from './readiness.ts';

it('asks for the password that it was started with', { timeout: 360_000 }, async () => {
  const server = await startElasticsearch({ password: 'p@ss word', isBrief: true });
  try {
    const { address, headers } = splitCredentials(server.url);
    const known = await fetch(`${address}_cluster/health`, { headers });
    const unknown = await fetch(`${address}_cluster/health`);
    expect([known.status, unknown.status]).toEqual([200, 401]);
  } finally {
    await server.stop();
  }
});
