/**
 * Memory of a doctor that examines a large corpus, against a corpus of a tenth of its size.
 *
 *     node test/bench/doctor.ts [documents]
 *
 * Makes both corpora in SQLite, out of files of tiny records, with a vector of one number each and no model; then examines
 * each in a process of its own. Prints that process' largest resident set, which `winnow doctor` would have too, and how
 * the two compare. Making a million documents takes some minutes and 1 GB of disk.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine, timed } from './support/bench.ts';
import type { Examined } from './support/examine-corpus.ts';
import { makeCorpus } from './support/tiny-documents.ts';

const documents = Number(process.argv[2] ?? 1_000_000);

console.log(machine);
const tenth = await measured(Math.round(documents / 10));
const whole = await measured(documents);
console.log(`largest resident set, whole ÷ tenth: ${(whole / tenth).toFixed(2)}`);

/** @returns the largest resident set of the examination, in bytes. */
async function measured(count: number): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
  try {
    const made = await timed(() => makeCorpus(dataDir, count));
    const { seconds, peakBytes, findings } = await examined(dataDir);
    if (findings !== 0) throw new Error(`${findings} findings in a corpus that is intact`);
    const peak = `${Math.round(peakBytes / 1024 / 1024)} MB at most`;
    console.log(
      `${count} documents: made in ${made.seconds.toFixed(0)} s, examined in ${seconds.toFixed(1)} s, ${peak}`,
    );
    return peakBytes;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function examined(dataDir: string): Promise<Examined> {
  const child = fork(join(import.meta.dirname, 'support/examine-corpus.ts'), [dataDir]);
  const [answer] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the examination ended with ${code}`);
    }),
  ]);
  return answer as Examined;
}
