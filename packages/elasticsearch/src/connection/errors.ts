import { errors } from '@elastic/elasticsearch';
import { AppError } from '@winnow/core';
import { indexError } from './index-error.ts';
import { faultOf, faultToAppError } from './server-fault.ts';

/**
 * Makes an AppError of anything the client throws; the address is named without credentials. An AppError, such as
 * the reason why a caller has given up, stays as it is.
 */
export function toAppError(thrown: unknown, address: string): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof errors.ResponseError) return faultToAppError(faultOf(thrown), address, thrown);
  if (thrown instanceof errors.TimeoutError) {
    return indexError('deadline_exceeded', `Elasticsearch at ${address} did not answer in time`, {
      cause: thrown,
    });
  }
  if (thrown instanceof errors.ProductNotSupportedError) {
    return indexError('failed_precondition', `the server at ${address} is not Elasticsearch`, {
      cause: thrown,
    });
  }
  if (thrown instanceof errors.ConnectionError || thrown instanceof errors.NoLivingConnectionsError) {
    const why = thrown.message === '' ? '' : ` (${thrown.message})`;
    return indexError(
      'unavailable',
      `no connection to Elasticsearch at ${address}${why}: check the address and that the server is up`,
      { cause: thrown },
    );
  }
  if (thrown instanceof errors.DeserializationError) {
    return indexError('unavailable', `the answer from ${address} is not Elasticsearch's`, {
      cause: thrown,
    });
  }
  // The client's own name for an answer that is larger than it reads, since nobody has aborted.
  if (thrown instanceof errors.RequestAbortedError) {
    return indexError('internal', `the answer of Elasticsearch at ${address} was not read to its end`, {
      cause: thrown,
    });
  }
  return AppError.from(thrown).attributedTo('index');
}
