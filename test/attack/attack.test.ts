import { startTeiServer } from '@winnow/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../harness/documents.ts';
import { attack } from './attack.ts';
import { startService } from './service.ts';

test('hostile requests and documents neither end a service nor keep it from others', async () => {
  const embedder = await startTeiServer({ dimensions: 16 });
  const folder = await temporaryFolder();
  const service = await startService(folder, {
    TEI_BASE_URL: embedder.baseUrl,
    WINNOW_NAMED_MODELS: 'tei:BAAI/bge-small-en-v1.5',
    WINNOW_RERANKER: 'none',
  });
  onTestFinished(async () => {
    await service.stop();
    await embedder.close();
  });
  const report = await attack(service, {
    seed: 20_261_128,
    until: { seconds: 8, requests: 400 },
    clients: 4,
    files: { count: 6, largest: 20_000 },
    embedder: 'tei:BAAI/bge-small-en-v1.5',
    onLine: () => {},
  });
  expect(service.isRunning()).toBe(true);
  expect(report.faults).toEqual([]);
  expect(report.failed).toBe(0);
  // A bound on what one request can stop, not on how fast this machine is: `pnpm test:attack` asks for 100 ms.
  expect(report.longestMs).toBeLessThan(5_000);
  expect(report.peakMb).toBeLessThan(2_500);
});
