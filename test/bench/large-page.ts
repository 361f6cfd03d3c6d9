/**
 * Reads and splits one large page of HTML as an ingest does, in a process of its own, and prints the time and the most memory
 * that this process and that one took.
 *
 *   node test/bench/large-page.ts [--mb 30]
 *
 * Three pages: one long text, one table of many rows, and one of tags within tags. Exit code 1 where one is not read.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type DocumentId, sha256, silentLogger } from '@winnow/core';
import { createModelStore, localModel } from '@winnow/models';
import { sentencesOf } from '@winnow/testkit';
import { createPreparePool } from '../../packages/engine/src/prepare/prepare-pool.ts';
import { machine, modelCache } from './support/bench.ts';

const { values } = parseArgs({ options: { mb: { type: 'string', default: '30' } } });
const bytes = Number(values.mb) * 1024 * 1024;
const text = sentencesOf(1, 200).join(' ');

const pages: Readonly<Record<string, string>> = {
  'paragraphs of text': filled((at) => `<h2>Part ${at}</h2><p>${text}</p>\n`),
  'rows of a table': `<table><tr><th>Item</th><th>Price</th></tr>${filled((at) => `<tr><td>Wing nut ${at}</td><td>${at}</td></tr>`)}</table>`,
  'tags within tags': filled((at) => `${'<div>'.repeat(50)}<p>Nut ${at}</p>${'</div>'.repeat(50)}`),
};

const store = createModelStore({
  cacheDir: modelCache(),
  modelsDir: null,
  hubEndpoint: null,
  log: silentLogger,
});
const row = localModel('embedding', 'all-MiniLM-L6-v2');
const { tokenizer } = await store.fetch(row, AbortSignal.timeout(300_000));
const cut = { chunking: { targetTokens: 256, overlapRatio: 0.1 }, maxTokens: 256, tokenizer };

console.log(`${machine}; ${values.mb} MB a page`);
for (const [name, body] of Object.entries(pages)) {
  const content = Buffer.from(`<!doctype html><title>Large</title><body>${body}</body>`);
  const pool = createPreparePool(1);
  const raw = {
    documentId: 'large.html' as DocumentId,
    content,
    mediaType: null,
    title: null,
    metadata: {},
    contentHash: sha256(content),
  };
  const startedAt = performance.now();
  const result = await pool.prepare(raw, cut, AbortSignal.timeout(300_000));
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const found = result.ok
    ? `${result.document.chunks.length} chunks`
    : `${result.reason.code}: ${result.reason.message}`;
  const memory = `this process ${peakMb('self')} MB, the parser ${Math.max(...children().map(peakMb))} MB`;
  console.log(`${name}: ${found} in ${seconds} s (limit 120); peak memory: ${memory} (limit 2,560)`);
  if (!result.ok) process.exitCode = 1;
  await pool.close();
}

/** Of a text that is about so large. */
function filled(part: (at: number) => string): string {
  const parts: string[] = [];
  let length = 0;
  for (let at = 0; length < bytes - 1_000; at += 1) {
    const next = part(at);
    // A part may have characters of several bytes.
    length += Buffer.byteLength(next);
    parts.push(next);
  }
  return parts.join('');
}

/** Processes that this one has started. */
function children(): readonly string[] {
  return readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
}

/** The most that a process has had in memory so far. */
function peakMb(pid: string): number {
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}
