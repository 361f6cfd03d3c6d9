import { AppError } from '@winnow/core';
import { APIError } from 'openai';
import { describe, expect, it } from 'vitest';
import { chatFailure } from './openai-chat-failure.ts';

const never = new AbortController().signal;
const sent = ['a confidential question of the customer'];
/** As the client makes them of an event with an error. */
const event = (error: object) => new APIError(undefined, error, undefined, new Headers());

describe('chatFailure', () => {
  it.each([
    [400, 'invalid_argument'],
    [429, 'resource_exhausted'],
    [503, 'unavailable'],
    ['server_error', 'unavailable'],
    [null, 'unavailable'],
  ])('takes the status that an event in the stream names: %s is %s', (code, expected) => {
    expect(chatFailure(event({ message: 'Overloaded.', code }), 'an answer', never, sent)).toMatchObject({
      code: expected,
      message: expect.stringContaining('Overloaded.'),
    });
  });

  it('does not repeat messages that the provider repeats', () => {
    for (const code of [null, 400]) {
      const message = `Bad input: ${sent[0]}`;
      const failure = chatFailure(event({ message, code }), 'an answer', never, sent);
      expect(failure.message).toContain('Bad input');
      expect(failure.message).not.toContain('confidential');
    }
  });

  it('keeps the part that an error came from', () => {
    const gone = new AppError('not_found', 'no such model', { part: 'model' });
    expect(chatFailure(gone, 'an answer', never, sent)).toMatchObject({
      code: 'not_found',
      part: 'model',
      message: 'an answer: no such model',
    });
  });

  it("puts the caller's reason before anything else", () => {
    const late = AbortSignal.abort(new DOMException('too late', 'TimeoutError'));
    expect(chatFailure(event({ message: 'x' }), 'an answer', late, sent).code).toBe('deadline_exceeded');
  });
});
