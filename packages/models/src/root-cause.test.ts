import { expect, it } from 'vitest';
import { rootCauseMessage } from './root-cause.ts';

it('adds the innermost cause to the outer message', () => {
  const refused = new Error('connect ECONNREFUSED 127.0.0.1:9');
  const wrapped = new Error('Connection error.', {
    cause: new TypeError('fetch failed', { cause: refused }),
  });
  expect(rootCauseMessage(wrapped)).toBe('Connection error.: connect ECONNREFUSED 127.0.0.1:9');
  expect(rootCauseMessage(refused)).toBe('connect ECONNREFUSED 127.0.0.1:9');
});

it('names an error without a message by its code, and takes what is no error', () => {
  const cause = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
  expect(rootCauseMessage(new Error('fetch failed', { cause }))).toBe('fetch failed: ECONNREFUSED');
  expect(rootCauseMessage('busy')).toBe('busy');
});

it('does not follow a cause that is its own cause for ever', () => {
  const error = new Error('around');
  error.cause = error;
  expect(rootCauseMessage(error)).toBe('around');
});
