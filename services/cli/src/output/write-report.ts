import { writeFile } from 'node:fs/promises';
import { AppError } from '@winnow/core';
import { printNote } from './print.ts';

/**
 * Writes a page for people to look at, and says where.
 * @throws AppError `invalid_argument` where nothing can be written there.
 */
export async function writeReport(path: string, page: string): Promise<void> {
  try {
    await writeFile(path, page);
  } catch (cause) {
    const { message } = AppError.from(cause);
    throw new AppError(
      'invalid_argument',
      `the report was not written to ${path} (${message}): name a file in a folder that is there and may be written`,
      { cause },
    );
  }
  printNote(`report written to ${path}`);
}
