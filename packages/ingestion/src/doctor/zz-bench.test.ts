import { documentKeyOf, noUsage, silentLogger, sha256 } from '@winnow/core';
import { corpusOf } from '@winnow/testkit';
import { it } from 'vitest';
import { examine } from '/work/main/packages/ingestion/src/doctor/examine.ts';

it('million', async () => {
  const n = 1_000_000;
  const lostEvery = Number(process.env.LOST ?? 0);
  const items = Array.from({ length: n }, (_, i) => `folder-${i % 1000}/document-${i}.md`);
  const keyed = items.map((id) => ({ id, key: documentKeyOf(id as never) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const at = (key: string) => { let lo = 0, hi = n; while (lo < hi) { const m = (lo + hi) >> 1; if (keyed[m]!.key <= key) lo = m + 1; else hi = m; } return lo; };
  const hash = sha256('x');
  const entry = (id: string) => ({ documentId: id, state: 'live', revision: 1, sourceId: 'main', liveRevision: 1, liveVersion: 'v1', chunkCount: 5, bytes: 10, making: 'test.test.test', dismissed: false, contentHash: hash, location: { path: id }, lane: 0, attempts: 0, reason: null, runId: 'r', usage: noUsage, updatedAt: '2026-01-01T00:00:00.000Z' });
  const known = new Map(keyed.map(({ id, key }) => [key, id]));
  const corpus = corpusOf('big');
  const store = {
    runs: { list: async () => [] },
    manifest: {
      get: async (_: unknown, ids: string[]) => new Map(ids.map((id) => [id, entry(id)])),
      getByKey: async (_: unknown, keys: string[]) => new Map(keys.map((key) => [key, entry(known.get(key)!)])),
      list: async (_: unknown, { after, limit }: any) => { const from = after === undefined ? 0 : at(after); return keyed.slice(from, from + limit).map(({ id }) => entry(id)); },
    },
    chunks: {
      census: async (_: unknown, { after, limit }: any) => {
        if (lostEvery === 1) return [];
        const from = after === undefined ? 0 : after.version === '' ? at(after.documentKey) - 1 : at(after.documentKey);
        const out = [];
        for (let i = from; i < n && out.length < limit; i++) if (lostEvery === 0 || i % lostEvery !== 0) out.push({ documentKey: keyed[i]!.key, version: 'v1', revision: 1, chunks: 5, broken: 0 });
        return out;
      },
    },
  };
  const source = { async *scan() { for (const id of items) yield { kind: 'document', documentId: id, location: { path: id }, contentHash: hash, bytes: 10, cursor: id }; }, isGone: async () => false };
  const ports = { store, openSource: () => source, making: { parser: 'test', chunker: 'test', analysis: 'test' }, now: () => new Date(), log: silentLogger } as never;
  globalThis.gc?.();
  const before = process.memoryUsage();
  let peak = 0;
  const timer = setInterval(() => {}, 1000);
  const t = performance.now();
  const report = await examine(ports, corpus, { onProgress: (c) => { if (c % 50_000 === 0) { globalThis.gc?.(); const m = process.memoryUsage(); peak = Math.max(peak, m.heapUsed + m.arrayBuffers); } } }, new AbortController().signal);
  clearInterval(timer);
  console.log({ seconds: (performance.now() - t) / 1000, checked: report.checked, total: report.total, counts: report.counts, damaged: report.damaged.size, peakMB: (peak - before.heapUsed - before.arrayBuffers) / 1e6 });
}, 600_000);
