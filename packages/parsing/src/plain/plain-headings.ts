/** A heading that plain text sets on a line of its own. */
export interface PlainHeading {
  /** 1 for the outermost. */
  readonly level: number;
  readonly title: string;
}

/** Longer lines are sentences. */
const maxLength = 80;

const chinese =
  /^第[一二三四五六七八九十百千零〇两\d０-９]{1,9}([部编編卷篇章回节節])(?=$|[\s：:、.\u3000]|[^，。；！？\s].{0,40}$)/u;
const chineseLevels: ReadonlyMap<string, number> = new Map(
  [...'部编編卷篇']
    .map((word): [string, number] => [word, 1])
    .concat(
      [...'章回'].map((word): [string, number] => [word, 2]),
      [...'节節'].map((word): [string, number] => [word, 3]),
    ),
);
const english =
  /^(part|book|volume|chapter|appendix|section)\s+(?:\d{1,4}|[ivxlc]{1,8}|[a-z])(?=$|[\s.:—-])/i;
const englishLevels: ReadonlyMap<string, number> = new Map([
  ['part', 1],
  ['book', 1],
  ['volume', 1],
  ['chapter', 2],
  ['appendix', 2],
  ['section', 3],
]);
const sentenceEnd = /[，。；！？,;!?]$|[^.\dIVXLC]\.$/u;
const atx = /^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/;

/**
 * `第三章 …`, `CHAPTER IV`: what books number. A line that ends like a sentence is none, so a sentence that
 * begins with `Section 3 says` is left alone.
 */
export function numberedHeading(line: string): PlainHeading | null {
  const title = line.trim();
  if (title.length > maxLength || sentenceEnd.test(title)) return null;
  const level =
    chineseLevels.get(chinese.exec(title)?.[1] ?? '') ??
    englishLevels.get(english.exec(title)?.[1]?.toLowerCase() ?? '');
  return level === undefined ? null : { level, title };
}

/** `## Title`, as Markdown writes it. */
export function atxHeading(line: string): PlainHeading | null {
  const match = line.startsWith('#') || line.startsWith(' ') ? atx.exec(line.slice(0, 400)) : null;
  return match === null ? null : { level: match[1]?.length ?? 1, title: match[2] ?? '' };
}

/** The level that a line of `====` or `----` gives to the line above it; null for any other line. */
export function underlineLevel(line: string): number | null {
  if (line.length > 400) return null;
  if (/^={3,}\s*$/.test(line)) return 1;
  return /^-{3,}\s*$/.test(line) ? 2 : null;
}
