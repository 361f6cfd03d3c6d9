import { oppositeOf } from '../../citations/opposites.ts';
import { type Asked, holds, type WantedTerm } from './asked-of.ts';
import { termsWithJoins } from './joined-terms.ts';
import type { QuoteUnit } from './quote-unit.ts';

const number =
  /\p{N}|[一二三四五六七八九十百千万两兩]\s*[个個次天年月日小分秒倍成种種项項条條]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty|hundred|thousand|million|half|once|twice|an? (?:second|minute|hour|day|week|month|year)|daily|weekly|unlimited|no limit)\b|没有限制|不限/iu;
/** Not the text of a link, which is a name. */
const backticks = /(?<!\[)`[^`\n]+`(?!\]\()/;
/** A command or call within a sentence. */
const command = /`[^`\n]*[\s(=][^`\n]*`/;

/** `Default: 80`, `defaults to "auto"`, `默认是 3`. */
const statesDefault =
  /\bdefault(?:s|ed)?\b[^.;\n]{0,24}?(?:[`"'“]|\b\d|\b(?:true|false|null|none|unlimited)\b)|(?:默认|預設)[^。；\n]{0,8}?(?:[`"'“\p{N}是为為：:])/iu;
const leadsElsewhere =
  /^\W*(?:see|refer to|read more|for (?:more|further|details))\b|^\P{L}*(?:参见|参阅|详见|請見|请见)/iu;
const leadsOn = /[:：][*_]*$/;

/** Adjectives and verbs of which a sentence with the one does not answer a question with the other. */
const turned: readonly (readonly [RegExp, RegExp])[] = (
  [
    ['larg(?:e|er|est)|big(?:ger|gest)?|huge', 'small(?:er|est)?|tiny'],
    ['long(?:er|est)?', 'short(?:er|est)?'],
    ['fast(?:er|est)?|quick(?:er|est|ly)?', 'slow(?:er|est|ly)?'],
    ['max(?:imum|imal)?|most|at most', 'min(?:imum|imal)?|least|at least'],
    [
      'enabl(?:e|es|ed|ing)|turn(?:ed)? on|switch(?:ed)? on',
      'disabl(?:e|es|ed|ing)|turn(?:ed)? off|switch(?:ed)? off',
    ],
    ['start(?:s|ed|ing)?', 'stop(?:s|ped|ping)?'],
    ['import(?:s|ed|ing)?', 'export(?:s|ed|ing)?'],
    [
      'add(?:s|ed|ing)?|install(?:s|ed|ing)?',
      'remov(?:e|es|ed|ing)|delet(?:e|es|ed|ing)|uninstall(?:s|ed|ing)?',
    ],
    ['first|oldest', 'last|latest|newest'],
    ['最大|最多|最长|最高|至多|上限', '最小|最少|最短|最低|至少|下限'],
    ['启用|打开|开启', '禁用|关闭'],
    ['导入', '导出'],
    ['启动', '停止'],
    ['慢', '快(?!照)'],
    ['安装|添加|增加', '卸载|删除|移除'],
  ] as const
).flatMap(([one, other]) => {
  const [left, right] = [wordsOf(one), wordsOf(other)];
  return [[left, right] as const, [right, left] as const];
});

function wordsOf(words: string): RegExp {
  return new RegExp(/\p{Script=Han}/u.test(words) ? words : `\\b(?:${words})\\b`, 'iu');
}

/** @returns whether a text has the opposite of what the question asks of, and not that itself: `small` for `large`. */
export function turnsRound(question: string): (text: string) => boolean {
  const saysOpposite = oppositeOf(question);
  const asks = turned.filter(([asked, other]) => asked.test(question) && !other.test(question));
  return (text) => saysOpposite(text) || asks.some(([asked, other]) => other.test(text) && !asked.test(text));
}

/** How far a unit is of the kind that is asked for, each 0–1 but `amount`. */
export interface Fit {
  /** 1 a number where an amount is asked, −1 none, 0 where none is asked. */
  readonly amount: number;
  /** 1 a default with its value, where that is asked. */
  readonly byDefault: number;
  /** Where a way to do something is asked: 1 code, ¾ a sentence with a command or call, ½ one with words of code. */
  readonly code: number;
  /** 1 code, where no way is asked. */
  readonly unaskedCode: number;
  /** 1 what is not said in sentences, or only leads to what is, where a reason is asked. */
  readonly unsaid: number;
  /** It begins with the name that is asked for. */
  readonly name: number;
  /** It says the opposite of what is asked. */
  readonly opposite: number;
  /** It says where to read, and no more: `See …`. */
  readonly elsewhere: number;
}

/**
 * What of the kind of answer that is asked for a unit has: a number for an amount, a command for a way to do it.
 * @param isTurned what {@link turnsRound} makes of the question.
 * @param known terms of the document's title: what begins with its name alone explains nothing in particular.
 */
export function fitsAsked(
  { amount, byDefault, way, reason, wanted }: Asked,
  isTurned: (text: string) => boolean,
  unit: QuoteUnit,
  known: ReadonlySet<string>,
): Fit {
  const code = unit.kind === 'code' ? 1 : hasCommand(unit) ? 0.75 : backticks.test(unit.text) ? 0.5 : 0;
  return {
    amount: amount ? (hasNumber(unit) ? 1 : -1) : 0,
    byDefault: byDefault && statesDefault.test(unit.text) ? 1 : 0,
    code: way ? code : 0,
    unaskedCode: !way && unit.kind === 'code' ? 1 : 0,
    unsaid: reason && (unit.kind === 'row' || unit.kind === 'code' || leadsOn.test(unit.text)) ? 1 : 0,
    name: isAbout(unit, wanted, known) ? 1 : 0,
    opposite: isTurned(unit.text) ? 1 : 0,
    elsewhere: leadsElsewhere.test(unit.text) ? 1 : 0,
  };
}

/** Whether it has a number, written as one or as a word. */
export function hasNumber({ text }: QuoteUnit): boolean {
  return number.test(text);
}

/** Whether it is code, or has a command or call in it. */
export function hasCommand({ kind, text }: QuoteUnit): boolean {
  return kind === 'code' || command.test(text);
}

/** What a text begins with and goes on to explain: a name in marks, or what stands before a colon or an `is`. */
const named = /^(?:[^:\n]{1,40}: )??[`*"“「]{1,3}([^`*"”」]{1,60})[`*"”」]/;
const topic = /^([^.!?;,。！？；，]{1,48}?)(?:[:：]|\s(?:is|are|means?|stands? for)\b|是(?!否)|指)/;

/** Whether it begins with what is asked for: the row, the item or the sentence that explains it. */
function isAbout(unit: QuoteUnit, wanted: readonly WantedTerm[], known: ReadonlySet<string>): boolean {
  if (unit.kind === 'code') return false;
  const name = termsOf(named, unit.text);
  if (
    name.size > 0 &&
    !name.isSubsetOf(known) &&
    [...name].every((term) => wanted.some((one) => one.term === term))
  )
    return true;
  const before = termsOf(topic, unit.text);
  const whole = wanted.filter(({ weight }) => weight >= 1);
  return before.size > 0 && whole.length > 0 && whole.every((term) => holds(before, term));
}

function termsOf(pattern: RegExp, text: string): ReadonlySet<string> {
  return termsWithJoins(pattern.exec(text)?.[1] ?? '');
}
