import { writeFile } from 'node:fs/promises';
import { AppError } from '@winnow/core';
import { printNote } from './print.ts';

/** Writes a page for people to look at, and says where. */
export async function writeReport(path: string, page: string): Promise<void> {
  try {
    await writeFile(path, page);
  } catch (thrown) {
    throw AppError.from(thrown);
  }
  printNote(`report written to ${path}`);
}
