import { AppError } from '@winnow/core';
import { end, type Step } from './glob.ts';

/** Longest pattern, in characters: each costs time for each character of each path. */
const maxLength = 1_024;
const maxNesting = 16;

interface Steps {
  readonly steps: readonly Step[];
  /** Where a path begins. */
  readonly start: readonly number[];
}

/** Steps that a part of a pattern begins with, once it is known what comes behind it. */
type Part = (steps: Step[], behind: readonly number[]) => readonly number[];

/** @throws AppError `invalid_argument`. */
export function parseGlob(pattern: string): Steps {
  refuseOthers(pattern);
  const steps: Step[] = [];
  const reader = { signs: [...pattern], at: 0, pattern };
  const start = sequenceOf(reader, 0, true)(steps, [end]);
  return { steps, start };
}

interface Reader {
  readonly signs: readonly string[];
  at: number;
  readonly pattern: string;
}

/** Up to the end of the pattern, or of an alternative in braces. @param startsName as behind a slash. */
function sequenceOf(reader: Reader, depth: number, startsName: boolean): Part {
  const parts: Part[] = [];
  let nameStarts = startsName;
  for (let sign = reader.signs[reader.at]; sign !== undefined; sign = reader.signs[reader.at]) {
    if (depth > 0 && (sign === ',' || sign === '}')) break;
    const { part, endsFolder } = partOf(reader, sign, depth, nameStarts);
    parts.push(part);
    nameStarts = endsFolder;
  }
  return (steps, behind) => parts.reduceRight((next, part) => part(steps, next), behind);
}

function partOf(
  reader: Reader,
  sign: string,
  depth: number,
  nameStarts: boolean,
): { readonly part: Part; readonly endsFolder: boolean } {
  const { signs } = reader;
  reader.at += 1;
  if (sign === '*') {
    const from = reader.at - 1;
    while (signs[reader.at] === '*') reader.at += 1;
    const following = signs[reader.at];
    const alone = reader.at - from > 1 && nameStarts;
    if (alone && following === '/') {
      reader.at += 1;
      return { part: anyFolders, endsFolder: true };
    }
    const endsHere = following === undefined || (depth > 0 && (following === ',' || following === '}'));
    return { part: alone && endsHere ? anyPath : anyName, endsFolder: false };
  }
  if (sign === '?') return { part: oneOf(notSlash), endsFolder: false };
  if (sign === '[') return { part: classOf(reader) ?? character('[', nameStarts), endsFolder: false };
  if (sign === '{') {
    const part = bracesOf(reader, depth, nameStarts);
    return { part: part ?? character('{', nameStarts), endsFolder: false };
  }
  if (sign === '\\' && signs[reader.at] !== undefined) {
    reader.at += 1;
    return { part: character(signs[reader.at - 1] ?? '', nameStarts), endsFolder: false };
  }
  return { part: character(sign, nameStarts), endsFolder: sign === '/' };
}

const notSlash = (character: string) => character !== '/';

function character(wanted: string, startsName: boolean): Part {
  return (steps, behind) => [
    steps.push({ takes: (each) => each === wanted, namesDot: startsName, next: [...behind] }) - 1,
  ];
}

function oneOf(takes: Step['takes']): Part {
  return (steps, behind) => [steps.push({ takes, namesDot: false, next: [...behind] }) - 1];
}

/** Any characters of a name, or none. */
const anyName: Part = (steps, behind) => {
  const step: Step = { takes: notSlash, namesDot: false, next: [...behind] };
  const at = steps.push(step) - 1;
  step.next.push(at);
  return [at, ...behind];
};

/** A name, and any more behind slashes. */
const anyPath: Part = (steps, behind) => {
  const name: Step = { takes: notSlash, namesDot: false, next: [...behind] };
  const slash: Step = { takes: (each) => each === '/', namesDot: true, next: [] };
  const at = steps.push(name) - 1;
  name.next.push(at, steps.push(slash) - 1);
  slash.next.push(at);
  return [at];
};

/** Any folders, each with its slash, or none. */
const anyFolders: Part = (steps, behind) => {
  const name: Step = { takes: notSlash, namesDot: false, next: [] };
  const slash: Step = { takes: (each) => each === '/', namesDot: true, next: [...behind] };
  const at = steps.push(name) - 1;
  name.next.push(at, steps.push(slash) - 1);
  slash.next.push(at);
  return [at, ...behind];
};

/** Null, and nothing is read, where no bracket closes it. */
function classOf(reader: Reader): Part | null {
  const { signs } = reader;
  let at = reader.at;
  const negated = signs[at] === '!' || signs[at] === '^';
  if (negated) at += 1;
  const first = at;
  const members = new Set<string>();
  const ranges: (readonly [number, number])[] = [];
  for (; signs[at] !== ']' || at === first; at += 1) {
    if (signs[at] === '\\') at += 1;
    const sign = signs[at];
    if (sign === undefined || sign === '/') return null;
    const to = signs[at + 2];
    if (signs[at + 1] === '-' && to !== undefined && to !== ']') {
      ranges.push([codeOf(sign), codeOf(to)]);
      at += 2;
    } else members.add(sign);
  }
  reader.at = at + 1;
  const holds = (each: string) =>
    members.has(each) || ranges.some(([low, high]) => low <= codeOf(each) && codeOf(each) <= high);
  return oneOf((each) => each !== '/' && holds(each) !== negated);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** Null, and nothing is read, where no brace closes it or there is no choice in it. */
function bracesOf(reader: Reader, depth: number, nameStarts: boolean): Part | null {
  if (depth >= maxNesting) throw refusal(reader.pattern, `more than ${maxNesting} braces in each other`);
  const from = reader.at;
  const choices: Part[] = [];
  for (;;) {
    choices.push(sequenceOf(reader, depth + 1, nameStarts));
    const sign = reader.signs[reader.at];
    reader.at += 1;
    if (sign === ',') continue;
    if (sign === '}' && choices.length > 1) break;
    reader.at = from;
    return null;
  }
  return (steps, behind) => [...new Set(choices.flatMap((choice) => choice(steps, behind)))];
}

function refuseOthers(pattern: string): void {
  if (pattern === '') throw refusal(pattern, 'nothing');
  if (pattern.length > maxLength) throw refusal(pattern, `more than ${maxLength} characters`);
  if (pattern.startsWith('!')) throw refusal(pattern, 'a ! at its beginning, which `exclude` is for');
  const plain = pattern.replace(/\\./gsu, '');
  if (/[+@!*?]\(/.test(plain)) throw refusal(pattern, 'a sign before a bracket, as in +(…)');
  if (/\([^()]*\|/.test(plain)) throw refusal(pattern, 'a choice in brackets, which is written {a,b}');
  if (/\{[^{},]*\.\.[^{},]*\}/.test(plain))
    throw refusal(pattern, 'a range in braces, which is written {1,2,3}');
  if (plain.includes('[:')) throw refusal(pattern, 'a class by name, which is written as in [a-z]');
}

function refusal(pattern: string, what: string): AppError {
  const shown = JSON.stringify(pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern);
  return new AppError(
    'invalid_argument',
    `the pattern ${shown} holds ${what}: patterns know *, **, ?, [abc] and {a,b}, and \\ before a sign that means itself`,
  );
}
