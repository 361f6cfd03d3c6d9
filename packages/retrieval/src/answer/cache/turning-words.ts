/** Each line holds words that must not be exchanged for, dropped or added; a `/` joins forms of one word. */
const lists = `
not/no/never/none/nor/neither/without/cannot/can’t/don’t/doesn’t/didn’t/isn’t/aren’t/wasn’t/weren’t/won’t/wouldn’t/shouldn’t/couldn’t/hasn’t/haven’t/hadn’t
except unless only any some both all/every/each half double/twice once again another/other same different
who/whom/whose when where why which how many much long often far
before after until since during first last next previous former current old new early late
more less/fewer most least/fewest min/minimum max/maximum high/higher/highest low/lower/lowest
increase decrease/reduce enable disable on off start/begin stop/end add remove/delete open close
up down left right in/inside/into out/outside above/over below/under
yes true false public private import export read write buy sell send receive upload download
one two three four five six seven eight nine ten hundred thousand million billion
today tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december
north south east west male female black white red green blue
`;

/** A word that turns the meaning of a question round → the form that stands for it. */
export const turningWords: ReadonlyMap<string, string> = new Map(
  lists
    .trim()
    .split(/\s+/)
    .flatMap((forms) => forms.split('/').map((form) => [form, forms.split('/')[0] ?? form] as const)),
);

/** The same in Chinese, as far as characters tell. */
export const turningHan =
  /[不没無无非未别勿莫否除只仅每谁誰哪几幾曾另前后後早晚多少高低大小首末新旧舊增减減启禁开開关關停上下左右内內外东東南西北男女零一二三四五六七八九十百千万萬亿億半两兩]|何时|何時|时候|時候|为什么|為什麼|为何|怎/gu;
