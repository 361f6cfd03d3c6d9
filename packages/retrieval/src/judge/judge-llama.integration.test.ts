import { silentLogger } from '@winnow/core';
import { smallLlm } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { createLlamaChatModel } from '../../../models/src/llama/llama-chat-model.ts';
import { createJudgeReranker } from './judge-reranker.ts';
import { passagesOf } from './test-judge.ts';

const { path, missing } = smallLlm();
describe('try', () => {
  it.each(['pointwise'] as const)('x %s', async (mode) => {
    const model = await createLlamaChatModel({
      modelId: 'gemma',
      path: path ?? '',
      log: silentLogger,
      signal: new AbortController().signal,
    });
    for (const depth of [1]) {
      const seen: string[] = [];
      const spy = {
        ...model,
        async *chat(...args: Parameters<typeof model.chat>) {
          let t = '';
          for await (const d of model.chat(...args)) {
            if (d.type === 'delta') t += d.text;
            else if (d.type === 'usage') seen.push(JSON.stringify(d.usage));
            yield d;
          }
          seen.push(t);
        },
      };
      const judge = createJudgeReranker({ model: spy, mode, parallelCalls: 1 });
      const t = performance.now();
      const r = await judge
        .rerank(
          'How do I reset a forgotten password?',
          passagesOf([
            'Reset the password if it was forgotten: open the account page and press reset.',
            'Wash the cherries, boil the jam and fill it into clean jars.',
            'A password has twelve letters.',
          ]),
          { signal: new AbortController().signal },
        )
        .catch((e) => e);
      console.log(mode, Math.round(performance.now() - t), r, seen);
    }
    await model.close();
  });
});
