import { open } from 'node:fs/promises';
import { AppError } from '@winnow/core';

/**
 * node-llama-cpp reads whatever it is given as if it were a model, for minutes if need be.
 * @throws AppError `not_found` if there is no file; `failed_precondition` if it does not begin as a model does.
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export async function assertGguf(path: string): Promise<void> {
  const header = await readHeader(path);
  const isModel =
    header.length === headerBytes &&
    header.toString('latin1', 0, 4) === 'GGUF' &&
    ggufVersions.has(header.readUInt32LE(4)) &&
    header.readBigUInt64LE(8) < mostEntries &&
    header.readBigUInt64LE(16) < mostEntries;
  if (!isModel) throw new AppError('failed_precondition', `${path} is no GGUF model that can be read here`);
}

/** Magic, version, number of tensors, number of metadata. */
const headerBytes = 24;
const ggufVersions: ReadonlySet<number> = new Set([2, 3]);
const mostEntries = 1_000_000n;

async function readHeader(path: string): Promise<Buffer> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    const { code, message } = AppError.from(error);
    const absent = code === 'not_found';
    throw new AppError(code, absent ? `there is no model file ${path}` : `${path}: ${message}`, {
      cause: error,
    });
  }
}
