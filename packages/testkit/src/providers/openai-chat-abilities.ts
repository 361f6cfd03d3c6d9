import { ProviderRefusal } from './provider-refusal.ts';
import type { ProviderRequest } from './provider-request.ts';

/** What the server behind the model understands; what it does not, it refuses with the API's own 400. */
export interface ChatAbilities {
  readonly jsonSchema: boolean;
  readonly jsonObject: boolean;
  readonly outputLimit: 'max_tokens' | 'max_completion_tokens' | 'either';
  readonly temperature: boolean;
  readonly streamOptions: boolean;
}

export const allChatAbilities: ChatAbilities = {
  jsonSchema: true,
  jsonObject: true,
  outputLimit: 'either',
  temperature: true,
  streamOptions: true,
};

/** @throws ProviderRefusal as the API and the servers that speak it write it. */
export function refuseUnknown(body: ProviderRequest['body'], abilities: ChatAbilities): void {
  const format = body.response_format?.type;
  if (format === 'json_schema' && !abilities.jsonSchema) {
    const message =
      "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.";
    throw new ProviderRefusal(400, message);
  }
  if (format === 'json_object' && !abilities.jsonObject) {
    throw new ProviderRefusal(400, "'response_format.type' must be 'json_schema' or 'text'");
  }
  const { outputLimit } = abilities;
  if (outputLimit === 'max_completion_tokens' && 'max_tokens' in body) {
    const message =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    throw new ProviderRefusal(400, message, 'unsupported_parameter');
  }
  if (outputLimit === 'max_tokens' && 'max_completion_tokens' in body) {
    throw new ProviderRefusal(400, 'max_completion_tokens: Extra inputs are not permitted');
  }
  if ('temperature' in body && body.temperature !== 1 && !abilities.temperature) {
    const message = `Unsupported value: 'temperature' does not support ${body.temperature} with this model. Only the default (1) value is supported.`;
    throw new ProviderRefusal(400, message, 'unsupported_value');
  }
  if ('stream_options' in body && !abilities.streamOptions) {
    throw new ProviderRefusal(400, 'Unrecognized request argument supplied: stream_options');
  }
}
