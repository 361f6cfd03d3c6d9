import { AppError } from '@winnow/core';

/** What does not fit at the opening is the data folder: somebody else has it, or it cannot be used. */
export async function opened<Result>(opening: Promise<Result>): Promise<Result> {
  try {
    return await opening;
  } catch (thrown) {
    const error = AppError.from(thrown);
    throw error.code === 'failed_precondition' ? error.attributedTo('index') : error;
  }
}
