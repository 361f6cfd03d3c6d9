import type { ChatMessage, ChatModel } from '@winnow/core';

/** What a prompt must know of the model it is for. */
export type PromptModel = Pick<ChatModel, 'modelId' | 'contextTokens' | 'countTokens'>;

/**
 * Tokens that a chat template puts around each message, and around the whole. OpenAI counts 3 a message and 3 for
 * the reply; templates of open models take up to 7 (Llama 3: role, two headers, two line breaks, end of turn).
 */
const templateTokens = 8;

/** Room for the answer: what is wanted, but no more than a quarter of a small context. */
export function outputTokensFor({ contextTokens }: PromptModel, wanted: number): number {
  return Math.max(1, Math.min(wanted, Math.floor(contextTokens / 4)));
}

/** Tokens of a prompt as the model counts them, its template included. */
export function promptTokens({ countTokens }: PromptModel, messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + countTokens(content) + templateTokens, templateTokens);
}
