import { type ChatDelta, type ChatModel, type ChatRequest, noModelUsage } from '@winnow/core';

/** What a scripted model does next: says a text, throws an error, or gives a delta as it is. */
export type ChatStep = string | Error | ChatDelta;

export interface ScriptedChatModelOptions {
  readonly modelId?: string;
  readonly contextTokens?: number;
}

/** A chat model in process that plays its steps, for tests of what is made of them; counts words as tokens. */
export function scriptedChatModel(
  script: readonly ChatStep[] | ((request: ChatRequest) => readonly ChatStep[]),
  { modelId = 'scripted', contextTokens = 8_192 }: ScriptedChatModelOptions = {},
): ChatModel {
  return {
    modelId,
    contextTokens,
    countTokens: (text) => text.split(/\s+/).length,
    async *chat(request) {
      let end: ChatDelta = { type: 'end', reason: 'stop' };
      let outputTokens = 0;
      for (const step of typeof script === 'function' ? script(request) : script) {
        if (step instanceof Error) throw step;
        if (typeof step === 'string') yield { type: 'delta', text: step };
        else if (step.type === 'end') end = step;
        else yield step;
        outputTokens += 1;
      }
      yield { type: 'usage', usage: { ...noModelUsage, calls: 1, inputTokens: 70, outputTokens } };
      yield end;
    },
    async close() {},
  };
}
