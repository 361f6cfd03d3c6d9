import type { ChatRequest } from '@winnow/core';
import { APIError } from 'openai';
import { describe, expect, it } from 'vitest';
import { type ChatDialect, firstDialect, nextDialect } from './openai-chat-dialect.ts';

const own = firstDialect({ baseUrl: 'http://localhost/v1', model: 'm' });
const request: ChatRequest = {
  messages: [{ role: 'user', content: 'response_format' }],
  maxOutputTokens: 50,
  json: { name: 'answer', schema: {} },
};
/** As the client makes it: what has no `error` is put into one. */
const refusal = (body: object, status = 400) =>
  APIError.generate(status, 'error' in body ? body : { error: body }, undefined, new Headers());
const openAi = (message: string, param: string | null = null) =>
  refusal({ error: { message, type: 'invalid_request_error', param, code: null } });

describe('nextDialect', () => {
  it.each<[string, unknown, Partial<ChatDialect>]>([
    [
      'OpenAI',
      openAi("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."),
      { format: 'json_object' },
    ],
    ['DeepSeek', openAi('This response_format type is unavailable now'), { format: 'json_object' }],
    [
      'a gateway that names it only as the parameter',
      openAi('Bad value.', 'response_format'),
      { format: 'json_object' },
    ],
    ['LM Studio', refusal({ error: "'response_format.type' must be 'text'" }), { format: 'json_object' }],
    [
      'vLLM and FastAPI',
      refusal({ detail: [{ loc: ['body', 'response_format', 'type'], msg: "Input should be 'text'" }] }, 422),
      { format: 'json_object' },
    ],
    [
      'OpenAI, for reasoning models',
      openAi(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        'max_tokens',
      ),
      { outputLimit: 'max_completion_tokens', limitSettled: true },
    ],
    [
      'OpenAI, of the temperature',
      openAi("Unsupported value: 'temperature' does not support 0 with this model.", 'temperature'),
      { temperature: false },
    ],
    [
      'an old server',
      openAi('Unrecognized request argument supplied: stream_options'),
      { streamOptions: false },
    ],
  ])('leaves out or renames what is refused as %s puts it', (_, error, learned) => {
    expect(nextDialect(error, request, own)).toEqual({ ...own, ...learned });
  });

  it.each([
    ['a limit that is too large', openAi("'max_tokens' or 'max_completion_tokens' is too large: 50.")],
    ['a prompt that is too long', openAi("This model's maximum context length is 4097 tokens.")],
    ['an unknown model', refusal({ error: { message: 'unsupported: max_tokens' } }, 404)],
    ['a failure of the server', refusal({ error: { message: 'response_format is not supported' } }, 500)],
    ['a lost connection', new Error('response_format')],
    [
      'a mistake that is listed with the request as it was sent',
      refusal(
        { detail: [{ loc: ['body', 'messages'], msg: 'Field required', input: { response_format: {} } }] },
        422,
      ),
    ],
  ])('leaves %s alone', (_, error) => {
    expect(nextDialect(error, request, own)).toBeNull();
  });

  it('does not complain of a format that was not asked for', () => {
    const error = openAi("'response_format' is not supported");
    expect(nextDialect(error, { ...request, json: null }, own)).toBeNull();
    expect(nextDialect(error, request, { ...own, format: 'none' })).toBeNull();
  });

  it('comes to an end whatever is refused', () => {
    const everything = openAi(
      'Unsupported: response_format, max_tokens, max_completion_tokens, temperature, stream_options',
    );
    let spoken: ChatDialect | null = own;
    let steps = 0;
    for (; spoken !== null; steps++) spoken = nextDialect(everything, request, spoken);
    expect(steps).toBe(6);
  });
});
