import type { ChatMessage } from '@winnow/core';
import type { ChatHistoryItem, ChatWrapper, LlamaModel, Token } from 'node-llama-cpp';
import type { LlamaPackage } from './load-llama.ts';

/** A chat as a model reads it. */
export interface ChatPrompt {
  readonly tokens: Token[];
  /** Tokens at which the model has ended its turn, besides its own ends of text. */
  readonly stopTokens: ReadonlySet<Token>;
  readonly stopTexts: readonly string[];
  /** Whether the model is to begin with its thoughts, in the form of `<think>`. */
  readonly opensThoughts: boolean;
}

export type WriteChat = (messages: readonly ChatMessage[]) => ChatPrompt;

/**
 * Writes chats by the template that comes with the model. A model without one was never taught to chat: it
 * gets a dialogue to continue, as plain text. What stands in messages is text in either case: `<end_of_turn>`
 * in a document ends nothing.
 */
export function createChatWriter({ resolveChatWrapper }: LlamaPackage, model: LlamaModel): WriteChat {
  const template = model.fileInfo.metadata.tokenizer?.chat_template;
  if (typeof template !== 'string') return (messages) => plainPrompt(model, messages);
  // Compares the template with every known one, which takes long: once a model.
  const wrapper = resolveChatWrapper(model, { warningLogs: false });
  return (messages) => templatePrompt(wrapper, model, messages);
}

function templatePrompt(
  wrapper: ChatWrapper,
  model: LlamaModel,
  messages: readonly ChatMessage[],
): ChatPrompt {
  const chatHistory = [...messages.map(historyItem), historyItem({ role: 'assistant', content: '' })];
  const { contextText, stopGenerationTriggers } = wrapper.generateContextState({ chatHistory });
  const stops = stopGenerationTriggers.map((trigger) => ({
    text: trigger.toString(),
    tokens: trigger.tokenize(model.tokenizer),
  }));
  const isToken = ({ tokens }: { tokens: Token[] }) => tokens.length === 1 && model.isSpecialToken(tokens[0]);
  return {
    tokens: withBeginning(model, contextText.tokenize(model.tokenizer)),
    opensThoughts: contextText.toString().trimEnd().endsWith('<think>'),
    stopTokens: new Set(stops.filter(isToken).flatMap(({ tokens }) => tokens)),
    stopTexts: stops.filter((stop) => !isToken(stop) && stop.text !== '').map(({ text }) => text),
  };
}

function historyItem({ role, content }: ChatMessage): ChatHistoryItem {
  if (role === 'assistant') return { type: 'model', response: content === '' ? [] : [content] };
  return { type: role, text: content };
}

/** The last is no part of what was said, and where a base model goes on with a turn of its own, it ends there. */
function plainPrompt(model: LlamaModel, messages: readonly ChatMessage[]): ChatPrompt {
  const stopTexts = [names.user, names.assistant, names.system].map((name) => `\n${name}:`);
  const tokens = withBeginning(model, model.tokenize(plainText(messages)));
  return { tokens, stopTokens: new Set(), stopTexts, opensThoughts: false };
}

/** With the token that the model wants at the beginning of a text, once; many templates write it themselves. */
function withBeginning({ tokens: { bos, shouldPrependBosToken } }: LlamaModel, tokens: Token[]): Token[] {
  if (!shouldPrependBosToken || bos === null || tokens[0] === bos) return tokens;
  return [bos, ...tokens];
}

const names: Readonly<Record<ChatMessage['role'], string>> = {
  system: 'System',
  user: 'User',
  assistant: 'Assistant',
};

/** `User: … Assistant:`, a blank line between turns; what the model is told beforehand has no name. */
export function plainText(messages: readonly ChatMessage[]): string {
  const turns = messages.map(({ role, content }) =>
    role === 'system' ? content : `${names[role]}: ${content}`,
  );
  return [...turns, `${names.assistant}:`].join('\n\n');
}
