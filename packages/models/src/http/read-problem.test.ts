import { describe, expect, it } from 'vitest';
import { readProblem } from './read-problem.ts';

describe('readProblem', () => {
  it.each([
    ['Cohere', { message: 'invalid request: list of documents must not be empty', id: '1' }, null],
    [
      'OpenAI',
      { error: { message: 'invalid request: list of documents must not be empty', code: 'x', param: null } },
      'x',
    ],
    [
      'Jina',
      { detail: 'invalid request: list of documents must not be empty', code: 'INPUT_X', request_id: '1' },
      'INPUT_X',
    ],
    [
      'TEI',
      { error: 'invalid request: list of documents must not be empty', error_type: 'Validation' },
      'Validation',
    ],
    [
      'vLLM',
      { object: 'error', message: 'invalid request: list of documents must not be empty', code: 400 },
      null,
    ],
    ['plain text', 'invalid request: list of documents must not be empty', null],
  ])('reads the words and the name of an error of %s', (_, body, name) => {
    expect(readProblem(body)).toEqual({
      message: 'invalid request: list of documents must not be empty',
      name,
    });
  });

  it('reads where each mistake is, and never what was sent', () => {
    const mistake = { loc: ['body', 'input', 0], msg: 'too long', type: 'x', input: 'my secret text' };
    expect(readProblem({ detail: [mistake, { msg: 'and more' }] })).toEqual({
      message: 'body input 0 too long; and more',
      name: null,
    });
  });

  it.each([['<html>no</html>'], ['  '], [null], [undefined], [7], [[]], [{ error: 7, message: [] }]])(
    'finds nothing to read in %j',
    (body) => {
      expect(readProblem(body)).toEqual({ message: null, name: null });
    },
  );
});
