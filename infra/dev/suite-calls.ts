import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A place where an adapter is put through a suite. */
export interface SuiteCall {
  readonly file: string;
  readonly suite: string;
  /** As it stands in the code: `${name} on this machine`. */
  readonly adapter: string;
  /** Matches the adapter's name in a run. */
  readonly pattern: RegExp;
}

const suiteNames: Readonly<Record<string, string>> = {
  describeEmbedder: 'embedder',
  describeEmbedderFaults: 'embedder faults',
  describeReranker: 'reranker',
  describeRerankerFaults: 'reranker faults',
  describeChatModel: 'chat model',
  describeChatModelFaults: 'chat model faults',
};

const call = /^\s*(describe(?:Embedder|Reranker|ChatModel)(?:Faults)?)\(\s*(['`])(.+?)\2/gms;

/** Every call of a conformance suite of the model ports in the tests below a folder. */
export function findSuiteCalls(root: string): readonly SuiteCall[] {
  return globSync('{packages,services,test}/**/*.test.ts', {
    cwd: root,
    exclude: (name) => name.endsWith('node_modules'),
  }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(call)].flatMap(([, name = '', , adapter = '']) => {
      const suite = suiteNames[name];
      return suite === undefined ? [] : [{ file, suite, adapter, pattern: patternOf(adapter) }];
    }),
  );
}

function patternOf(adapter: string): RegExp {
  const fixed = adapter.split(/\$\{.*?\}/).map((part) => RegExp.escape(part));
  return new RegExp(`^${fixed.join('.+')}$`);
}
