import { AppError } from '@winnow/core';

/** @throws AppError `invalid_argument` unless there are 1 to `limit` texts, each with something in it. */
export function assertTexts(texts: readonly string[], limit: number): void {
  if (texts.length < 1 || texts.length > limit) {
    throw new AppError(
      'invalid_argument',
      `${texts.length} texts in one call where 1 to ${limit} are allowed`,
    );
  }
  const empty = texts.findIndex((text) => text.trim() === '');
  if (empty >= 0) throw new AppError('invalid_argument', `text ${empty + 1} of ${texts.length} is empty`);
}
