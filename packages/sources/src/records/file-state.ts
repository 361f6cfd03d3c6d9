import { stat } from 'node:fs/promises';
import { AppError } from '@winnow/core';

/** What tells one content of a file from another without reading it: `inode size mtime`, the latter in ns. */
export type FileState = string;

export async function stateOf(path: string): Promise<FileState> {
  const status = await stat(path, { bigint: true });
  if (!status.isFile()) {
    throw new AppError('failed_precondition', `${path} is not a file`, { part: 'source' });
  }
  return `${status.ino} ${status.size} ${status.mtimeNs}`;
}

/** Whether a file of one state may have become the other by appending alone. */
export function mayHaveGrown(before: FileState, now: FileState): boolean {
  const [inodeBefore, sizeBefore] = before.split(' ');
  const [inodeNow, sizeNow] = now.split(' ');
  return inodeBefore === inodeNow && Number(sizeNow) > Number(sizeBefore);
}
