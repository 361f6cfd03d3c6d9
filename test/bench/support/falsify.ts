/** Mechanical ways to make a sentence false; each gives null where it does not apply. */

const digits = /(?<![\p{L}\p{N}.,])\d{1,4}(?![\p{N}.,]\d|\p{L})/gu;

/** Another number in the place of the first that stands alone. */
export function withOtherNumber(text: string): string | null {
  const found = [...text.matchAll(digits)][0];
  if (found === undefined) return null;
  const value = Number(found[0]);
  const other = found[0].length === 4 ? value + 7 : value + Math.max(1, Math.round(value / 3));
  return text.slice(0, found.index) + String(other) + text.slice(found.index + found[0].length);
}

const helper =
  /\b(is|are|was|were|has|have|had|can|could|will|would|should|must|may|might|did|does|do)\b(?! not|n['’]t)/;
const denial = /\b(not|never) |n['’]t\b/;

/** What is said denied, or what is denied said. */
export function denied(text: string): string | null {
  if (/\p{Script=Han}/u.test(text)) return deniedInChinese(text);
  if (denial.test(text)) return text.replace(denial, ' ').replace(/ {2,}/g, ' ');
  return helper.test(text) ? text.replace(helper, '$1 not') : null;
}

const hanHelper = /(可以|应当|应该|能够|会|是|位于|属于|获得|成为|有)/u;
const negatives: Readonly<Record<string, string>> = { 有: '没有', 获得: '没有获得', 成为: '没有成为' };

function deniedInChinese(text: string): string | null {
  if (/[不没未无非]/u.test(text) || !hanHelper.test(text)) return null;
  return text.replace(hanHelper, (word) => negatives[word] ?? `不${word}`);
}

const name = /(?<![.!?:]\s|^)\b\p{Lu}\p{L}+(?: \p{Lu}\p{L}+)*/gu;
const listed = /^[\s,、和与及]*(?:and|or|,)?[\s,]*$/u;

/** Two names in each other's place, unless they stand in a list. */
export function withSwappedNames(text: string, others: readonly string[] = []): string | null {
  const names = [...text.matchAll(name)].map(([found]) => found);
  const pool = [...new Set([...others.filter((one) => text.includes(one)), ...names])];
  for (const one of pool) {
    for (const other of pool) {
      const [at, behind] = [text.indexOf(one), text.lastIndexOf(other)];
      if (one.includes(other) || other.includes(one) || at + one.length >= behind) continue;
      const between = text.slice(at + one.length, behind);
      if (
        listed.test(between) ||
        between.length < 4 ||
        text.split(one).length > 2 ||
        text.split(other).length > 2
      )
        continue;
      return text.slice(0, at) + other + between + one + text.slice(behind + other.length);
    }
  }
  return null;
}
