import type { ContextSource } from '../answer-event.ts';

/** Sources that follow on each other in their document, as one text. */
export interface Run {
  readonly text: string;
  /** In their order, each with where it stands in the text. */
  readonly parts: readonly RunPart[];
}

export interface RunPart {
  readonly source: ContextSource;
  /** `run.text.slice(start, end)` is the text of the source. */
  readonly start: number;
  readonly end: number;
}

/** Begins in the middle of something: what a chunk has whose sentence was too long for one. */
const goesOn = /^(?:\p{Ll}|[,;:)\]}，、；：）】。])/u;

const fences = /^[ \t]*(?:`{3,}|~{3,})/gm;

/** Joins sources that touch, so that a sentence, a table or code that is cut by chunks is whole again. */
export function runsOf(sources: readonly ContextSource[]): readonly Run[] {
  const runs: { text: string; parts: RunPart[] }[] = [];
  for (const source of sources) {
    const run = runs.at(-1);
    const before = run?.parts.at(-1)?.source;
    if (run === undefined || before === undefined || !follows(before, source)) {
      runs.push({ text: source.text, parts: [{ source, start: 0, end: source.text.length }] });
      continue;
    }
    const between = breakBetween(run.text, before, source);
    const start = run.text.length + between.length;
    run.text += between + source.text;
    run.parts.push({ source, start, end: run.text.length });
  }
  return runs;
}

/** The part that holds most of a stretch of the text, and all that hold any of it, in order. */
export function partsAt(
  { parts }: Run,
  start: number,
  end: number,
): { readonly main: RunPart | undefined; readonly all: readonly RunPart[] } {
  const shared = (part: RunPart) => Math.min(end, part.end) - Math.max(start, part.start);
  const all = parts.filter((part) => shared(part) > 0);
  const main = all.reduce<RunPart | undefined>(
    (best, part) => (best === undefined || shared(part) > shared(best) ? part : best),
    undefined,
  );
  return { main, all };
}

function follows(one: ContextSource, next: ContextSource): boolean {
  return one.documentId === next.documentId && next.position === one.position + 1;
}

/** Chunks leave out the white space between them; how much it was is known, which it was is not. */
function breakBetween(text: string, one: ContextSource, next: ContextSource): string {
  const gap = next.start - one.end;
  if (gap === 0) return '';
  const isInCode = (text.match(fences)?.length ?? 0) % 2 === 1;
  if (goesOn.test(next.text) && !isInCode) return ' ';
  return gap === 1 || gap < 0 || isInCode ? '\n' : '\n\n';
}

/** Whether a run begins within a sentence, whose beginning is in no source. */
export function beginsWithin({ text, parts }: Run): boolean {
  return (parts[0]?.source.start ?? 0) > 0 && (goesOn.test(text) || /^\(/.test(text));
}
