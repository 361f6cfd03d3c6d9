import {
  type CallPurpose,
  type ChatModel,
  type ChatRequest,
  type ModelUsage,
  noModelUsage,
} from '@winnow/core';
import { billCall, type Metering } from './metering.ts';
import { overlay } from './overlay.ts';

export interface ChatMetering extends Metering {
  readonly purpose: CallPurpose;
}

/**
 * A chat model whose every call is written on the bill when its stream ends, however it ends. Where the
 * provider did not come to tell the usage, because the stream broke or nobody read on, the model's own count
 * of what was sent and received stands for it. A call that fails before its first piece is not written down.
 */
export function meterChatModel<Model extends ChatModel>(model: Model, metering: ChatMetering): Model {
  return overlay<ChatModel, Model>(model, {
    async *chat(request, options) {
      let told: ModelUsage | null = null;
      let answered = false;
      const pieces: string[] = [];
      try {
        for await (const delta of model.chat(request, options)) {
          if (delta.type === 'usage') told = delta.usage;
          if (delta.type === 'delta') pieces.push(delta.text);
          answered = true;
          yield delta;
        }
      } finally {
        const usage = told ?? (answered ? countedUsage(model, request, pieces) : null);
        if (usage !== null) billCall(metering, { purpose: metering.purpose, model: model.modelId, usage });
      }
    },
  });
}

function countedUsage(model: ChatModel, request: ChatRequest, pieces: readonly string[]): ModelUsage {
  const sent = request.messages.map(({ content }) => model.countTokens(content));
  return {
    ...noModelUsage,
    calls: 1,
    inputTokens: sent.reduce((sum, tokens) => sum + tokens, 0),
    outputTokens: model.countTokens(pieces.join('')),
  };
}
