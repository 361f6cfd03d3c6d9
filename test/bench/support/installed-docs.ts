import { cp, glob, mkdir } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Packages whose pages are read besides their README. */
const withDocs = ['fastify', 'turbo'];
const packages =
  'acorn ajv argparse avvio bl bowser buffer bullmq cli-progress cli-table3 cookie cron-parser css-select debug ' +
  'docker-compose dockerode es-module-lexer eventsource-parser expect-type fast-check fast-json-stringify fast-uri ' +
  'fastify fastq fflate find-my-way form-data fs-extra get-tsconfig glob global-agent helmet htmlparser2 iconv-lite ' +
  'ignore ioredis ip-address ipull jiti light-my-request linkedom long lowdb lru-cache magic-string mammoth ' +
  'minimatch minipass ml-matrix msgpackr officeparser openai oxc-resolver path-scurry pg-pool picomatch postal-mime ' +
  'proper-lockfile properties-reader protobufjs pure-rand retry robots-parser secure-json-parse semver ' +
  'set-cookie-parser smol-toml source-map-js ssh2 streamx strtok3 tar tinybench tinyexec tmp turbo tweetnacl usearch ' +
  'yargs yargs-parser yauzl zod @elastic/elasticsearch @fastify/rate-limit @fastify/swagger @mozilla/readability';

/**
 * Copies what other projects say of themselves, as the lockfile has installed them, into a folder: the README of each
 * package, and the documentation of two that bring it.
 *
 * @returns the names of those that are not installed.
 */
export async function copyInstalledDocs(root: string, folder: string): Promise<readonly string[]> {
  const missing: string[] = [];
  await mkdir(folder, { recursive: true });
  for (const name of packages.split(' ')) {
    const installed = join(root, 'node_modules/.pnpm', `${name.replace('/', '+')}@*`, 'node_modules', name);
    const [readme] = (await Array.fromAsync(glob(join(installed, 'README.md')))).sort();
    if (readme === undefined) {
      missing.push(name);
      continue;
    }
    await cp(readme, join(folder, `${name.replace('@', '').replace('/', '-')}.md`), { dereference: true });
    if (!withDocs.includes(name)) continue;
    const docs = join(readme, '../docs');
    await cp(docs, join(folder, name), {
      recursive: true,
      filter: (path) => /\.mdx?$/.test(path) || !path.slice(path.lastIndexOf(sep)).includes('.'),
    });
  }
  return missing;
}
