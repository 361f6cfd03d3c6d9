/** One test of a run, as vitest's JSON reporter has it. */
export interface ReportedTest {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  /** `passed`, `failed`, or one of several words for a test that did not run. */
  readonly status: string;
}

/** The guarantees of one suite, and what came of them for each adapter. */
export interface ConformanceTable {
  /** Such as `embedder faults`. */
  readonly suite: string;
  readonly adapters: readonly string[];
  readonly guarantees: readonly ConformanceRow[];
}

export interface ConformanceRow {
  readonly guarantee: string;
  /** By adapter; one that is not there was never asked. */
  readonly results: ReadonlyMap<string, ConformanceResult>;
}

export type ConformanceResult =
  | { readonly kind: 'given' }
  | { readonly kind: 'broken' }
  | { readonly kind: 'excused'; readonly reason: string };

/** The conformance suites of packages/testkit, in the order of the tables: their titles go before the adapter's. */
export const suites = [
  'embedder',
  'embedder faults',
  'reranker',
  'reranker faults',
  'chat model',
  'chat model faults',
] as const;

/** Tests of the suites among all that ran; a suite that nobody ran has no table. */
export function conformanceTables(tests: readonly ReportedTest[]): readonly ConformanceTable[] {
  return suites.flatMap((suite) => {
    const mine = tests.flatMap((test) => {
      const adapter = adapterOf(test, suite);
      return adapter === null ? [] : [{ adapter, ...resultOf(test) }];
    });
    if (mine.length === 0) return [];
    const adapters = [...new Set(mine.map((one) => one.adapter))].sort();
    const names = [...new Set(mine.map((one) => one.guarantee))];
    const guarantees = names.map((guarantee) => {
      const own = mine.filter((one) => one.guarantee === guarantee);
      return { guarantee, results: new Map(own.map((one) => [one.adapter, one.result])) };
    });
    return [{ suite, adapters, guarantees }];
  });
}

/** Matches the full names of all tests of the suites, and no others. */
export const suiteTestPattern = `^(?:${suites.join('|')}) `;

function adapterOf({ ancestorTitles: [title = ''] }: ReportedTest, suite: string): string | null {
  const longer = suites.some((one) => one.length > suite.length && title.startsWith(`${one} `));
  return title.startsWith(`${suite} `) && !longer ? title.slice(suite.length + 1) : null;
}

function resultOf({ title, status }: ReportedTest): { guarantee: string; result: ConformanceResult } {
  const [, guarantee = title, reason] = /^(.*) \(skipped: (.*)\)$/s.exec(title) ?? [];
  if (reason !== undefined) return { guarantee, result: { kind: 'excused', reason } };
  return { guarantee, result: { kind: status === 'passed' ? 'given' : 'broken' } };
}

const headings: Readonly<Record<string, string>> = {
  embedder: 'Embedders',
  'embedder faults': 'Embedders, when the provider fails',
  reranker: 'Rerankers',
  'reranker faults': 'Rerankers, when the provider fails',
  'chat model': 'Chat models',
  'chat model faults': 'Chat models, when the provider fails',
};

/** The line above a suite's table. */
export function headingOf(suite: string): string {
  return `### ${headings[suite] ?? suite}`;
}

/** Markdown: a table for each suite, a line for each guarantee, a column for each adapter, reasons beneath. */
export function conformanceMarkdown(tables: readonly ConformanceTable[]): string {
  return tables.map(tableMarkdown).join('\n\n');
}

function tableMarkdown({ suite, adapters, guarantees }: ConformanceTable): string {
  const reasons: string[] = [];
  const cell = (result: ConformanceResult | undefined) => {
    if (result === undefined) return '';
    if (result.kind !== 'excused') return result.kind === 'given' ? '✓' : '✗';
    if (!reasons.includes(result.reason)) reasons.push(result.reason);
    return `– ${reasons.indexOf(result.reason) + 1}`;
  };
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const rows = guarantees.map(({ guarantee, results }) =>
    line([guarantee, ...adapters.map((adapter) => cell(results.get(adapter)))]),
  );
  const head = [line(['guarantee', ...adapters]), `|---|${':---:|'.repeat(adapters.length)}`];
  const notes = reasons.map((reason, index) => `${index + 1}. ${reason}`);
  return [headingOf(suite), '', ...head, ...rows, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', '\\n');
}
