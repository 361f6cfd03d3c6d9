import type { SearchHit } from '@winnow/engine';

type StageName = keyof SearchHit['stages'];

/** In the order they run. */
const stageNames: readonly StageName[] = ['bm25', 'dense', 'fused', 'rerank'];

const meanings = {
  3: 'answers the query',
  2: 'answers part of it',
  1: 'on its subject',
  0: 'nothing to do with it',
} as const;

/** The stages that placed any of these hits. */
export function stagesOf(hits: readonly SearchHit[]): readonly StageName[] {
  return stageNames.filter((name) => hits.some(({ stages }) => stages[name] !== null));
}

/** Why a hit stands where it stands, line by line: what a judge said of it, and its place in each stage. */
export function explainHit(hit: SearchHit, stages: readonly StageName[]): readonly string[] {
  return [...judgementLines(hit), ...stages.map((name) => stageLine(hit, name))];
}

function judgementLines({ judgement }: SearchHit): readonly string[] {
  if (judgement === null) return [];
  const { grade, reason, quote, quoteFound } = judgement;
  const said = reason === '' ? 'no reason given' : reason;
  const label = quoteFound ? 'quote' : 'quote, NOT in the passage';
  const quoted = quote === null ? 'no quote' : `${label}: “${quote.replace(/\s+/g, ' ')}”`;
  const graded = `grade ${grade} of 3 (${meanings[grade]}): ${said}`;
  return quote === null && grade === 0 ? [graded] : [graded, quoted];
}

function stageLine({ stages }: SearchHit, name: StageName): string {
  const stage = stages[name];
  const label = name.padEnd(7);
  if (stage === null) return `${label}${name === 'rerank' ? 'not scored' : 'not found'}`;
  const place = `${label}#${stage.rank} (${stage.score.toFixed(3)})`;
  return name === 'rerank' ? place + moved(stages, stage.rank) : place;
}

/** How far the reranker moved a hit. */
function moved(stages: SearchHit['stages'], rank: number): string {
  const before = (stages.fused ?? stages.bm25 ?? stages.dense)?.rank;
  if (before === undefined || before === rank) return ', as before';
  return before > rank ? `, up ${before - rank}` : `, down ${rank - before}`;
}
