import { createFakeChat, type FakeChat } from './openai-chat.ts';
import {
  createOpenAiEmbeddings,
  type OpenAiEmbeddings,
  type OpenAiEmbeddingsOptions,
} from './openai-embeddings.ts';
import type { ProviderRefusal } from './provider-refusal.ts';
import {
  type ProviderBehaviour,
  type ProviderRoute,
  type ProviderServer,
  startProviderServer,
} from './provider-server.ts';

export interface OpenAiServerOptions extends ProviderBehaviour {
  readonly embeddings?: OpenAiEmbeddingsOptions;
  /** More of the API: files, batches. */
  readonly routes?: readonly ProviderRoute[];
}

/** A server on this machine that speaks OpenAI's embeddings and chat completions. */
export interface OpenAiServer extends ProviderServer, Omit<OpenAiEmbeddings, 'route'> {
  /** With `/v1`. */
  readonly baseUrl: string;
  readonly chat: FakeChat;
}

/**
 * A small stand-in that gives near vectors for texts with common words, so that results can be checked and
 * not only calls. It follows the API's published form, errors and limits included.
 * @see https://platform.openai.com/docs/api-reference
 */
export async function startOpenAiServer(options: OpenAiServerOptions = {}): Promise<OpenAiServer> {
  const { route, embedded, spoilNext } = createOpenAiEmbeddings(options.embeddings);
  const { chat, route: chatRoute } = createFakeChat();
  const routes = [route, chatRoute, ...(options.routes ?? [])];
  const server = await startProviderServer({ routes, errorBody: openAiErrorBody, behaviour: options });
  return Object.assign(server, { baseUrl: `${server.origin}/v1`, embedded, spoilNext, chat });
}

/**
 * The API's form of an error.
 * @see https://platform.openai.com/docs/guides/error-codes
 */
export function openAiErrorBody({ status, message, code }: ProviderRefusal): unknown {
  const type = status >= 500 ? 'server_error' : (typesByStatus.get(status) ?? 'invalid_request_error');
  return { error: { message, type, param: null, code } };
}

const typesByStatus: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [429, 'requests'],
]);
