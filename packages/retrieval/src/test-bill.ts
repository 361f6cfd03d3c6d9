import {
  addModelUsage,
  type Bill,
  type BilledCall,
  type BillTo,
  type CallPurpose,
  type ChatModel,
  type Embedder,
  noCost,
} from '@winnow/core';

/** A bill that keeps its calls, for tests. */
export interface TestBill extends Bill {
  readonly calls: readonly BilledCall[];
}

export function openTestBill(to: BillTo): TestBill {
  const calls: BilledCall[] = [];
  return {
    to,
    calls,
    add: (call) => calls.push(call),
    total: () =>
      calls.reduce(
        (sum, call) => ({
          ...addModelUsage(sum, call),
          cached: sum.cached + call.cached,
          usd: sum.usd + (call.usd ?? 0),
          unpricedCalls: sum.unpricedCalls + (call.usd === null ? call.calls : 0),
        }),
        noCost,
      ),
    settled: async () => {},
  };
}

/** The embedder, with each call on the bill: free of charge, as a local one is. */
export function billedEmbedder(embedder: Embedder, bill: Bill, use?: CallPurpose): Embedder {
  return {
    ...embedder,
    async embed(texts, options) {
      const embedded = await embedder.embed(texts, options);
      const purpose = use ?? (options.purpose === 'query' ? 'embed-query' : 'embed-documents');
      bill.add({
        ...embedded.usage,
        purpose,
        provider: 'local',
        model: embedder.modelId,
        cached: 0,
        usd: 0,
      });
      return embedded;
    },
  };
}

/** The chat model, with the usage of each call on the bill at a millionth of a dollar a token. */
export function billedChatModel(model: ChatModel, bill: Bill, purpose: CallPurpose): ChatModel {
  return {
    ...model,
    async *chat(request, options) {
      for await (const delta of model.chat(request, options)) {
        if (delta.type === 'usage') {
          const usd = (delta.usage.inputTokens + delta.usage.outputTokens) / 1e6;
          bill.add({ ...delta.usage, purpose, provider: 'test', model: model.modelId, cached: 0, usd });
        }
        yield delta;
      }
    },
  };
}
