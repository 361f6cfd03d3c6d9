export {
  createOpenAiBatchEmbedder,
  type OpenAiBatchEmbedderOptions,
} from './openai-batch-embedder.ts';
export { createOpenAiChatModel, type OpenAiChatModelOptions } from './openai-chat-model.ts';
export {
  createOpenAiEmbedder,
  type OpenAiEmbedderOptions,
  probeOpenAiDimensions,
} from './openai-embedder.ts';
