import { globSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '@winnow/runtime';

/** The middle value; of an even count, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value that `share` of the values stay at or under. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Runs something and tells how long it took. */
export async function timed<Value>(work: () => Promise<Value>): Promise<{ value: Value; seconds: number }> {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1_000 };
}

/** Configuration of the embedded mode over a data folder, with the user's model settings and these over them. */
export function embeddedConfig(dataDir: string, settings: Readonly<Record<string, string>> = {}): Config {
  const here = { REDIS_URL: '', ELASTICSEARCH_URL: '', WINNOW_DATA_DIR: dataDir };
  return loadConfig({ ...process.env, ...here, ...settings });
}

/** Where models are kept, as the engine sees it. */
export function modelCache(): string {
  return join(process.env.WINNOW_CACHE_DIR ?? join(homedir(), '.cache', 'winnow'), 'models');
}

/** Folder of the documentation of Fastify as installed: 41 files of Markdown, 1,227 chunks of 256 tokens. */
export function installedDocs(): string {
  const root = join(import.meta.dirname, '../../../node_modules/.pnpm');
  const [docs] = globSync('fastify@*/node_modules/fastify/docs', { cwd: root });
  if (docs === undefined) throw new Error('fastify is not installed: run pnpm install');
  return join(root, docs);
}

/** One line: what was compared, the ratio, and what it should be. */
export function printRatio(name: string, ratio: number, target: string): void {
  console.log(`${name}: ${ratio.toFixed(3)} (target ${target})`);
}

export const machine = `${availableParallelism()} cores, Node ${process.version}`;
