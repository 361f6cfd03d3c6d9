import type { DemoCorpus } from './demo-corpora.ts';

/** What the demo will do and how long that takes, before it begins. */
export function openingLines(
  corpora: readonly DemoCorpus[],
  { servers, servesAfter }: { readonly servers: string; readonly servesAfter: boolean },
): readonly string[] {
  const questions = corpora.reduce((count, corpus) => count + corpus.questions.length, 0);
  return [
    `Winnow demo on ${servers}. It`,
    '  1. fetches two small models, 50 MB together, unless they are here already',
    ...corpora.map(({ corpus, what }, at) => `  ${at + 2}. indexes ${what} as ${corpus.name}`),
    `  ${corpora.length + 2}. asks ${questions} questions, and shows how each stage orders what it finds`,
    ...(servesAfter ? [`  ${corpora.length + 3}. serves the HTTP API until Ctrl-C`] : []),
    'The first time that takes two to five minutes on two cores, later some seconds. Ctrl-C stops; what is done stays done.',
  ];
}

export interface WhereItRan {
  /** What `winnow` is called there. */
  readonly winnow: string;
  /** The folder that `--data-dir` named; null where none was named. */
  readonly dataDir: string | null;
  /** Where the API can be asked now; null where it is not served. */
  readonly address: string | null;
  /** Whether the API wants a key. */
  readonly hasKey: boolean;
  /** The guide to begin with. */
  readonly guide: string;
}

/** Where to go from the demo: lines that work when they are pasted, each under what it is for. */
export function nextLines({ winnow, dataDir, address, hasKey, guide }: WhereItRan): readonly string[] {
  const folder = dataDir === null ? '' : ` --data-dir ${quoted(dataDir)}`;
  const step = (what: string, words: string) => [`  ${what}:`, `    ${winnow} ${words}${folder}`];
  const url = address ?? 'http://127.0.0.1:7700';
  const key = hasKey ? ' -H "authorization: Bearer $WINNOW_API_KEY"' : '';
  return [
    'Where to go from here:',
    ...step('search', 'search demo-en "mock HTTP requests in tests" -k 3'),
    ...step('ask', 'ask demo-zh "文本块切得太大有什么坏处？"'),
    ...(address === null ? step('the same over HTTP, from another terminal meanwhile', 'serve') : []),
    ...(address === null ? [] : ['  the same over HTTP:']),
    `    curl -s ${url}/v1/search${key} -H 'content-type: application/json' -d '{"corpus":"demo-en","query":"mock HTTP requests in tests","k":3}'`,
    ...step(
      `your own documents, in a folder ./notes${address === null ? '' : ', after Ctrl-C'}`,
      'corpus create notes --source ./notes',
    ),
    `    ${winnow} ingest notes${folder}`,
    `  the guides: ${guide}, and in Chinese ${guide.replace(/\.md$/, '.zh.md')}`,
  ];
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
