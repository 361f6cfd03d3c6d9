import type { Generation } from '@winnow/core';

/**
 * What a changed setting leads to:
 * - `nothing`: no document comes out differently
 * - `search-time`: queries are treated differently, and no document is
 * - `re-chunk`: documents are split anew; texts that come out as before keep their vectors
 * - `re-embed`: every text goes to the model
 */
export type Effect = 'nothing' | 'search-time' | 're-chunk' | 're-embed';

/** One setting in which a build differs from the live generation, or could. */
export interface SettingEffect {
  readonly setting:
    | 'embedder'
    | 'chunk tokens'
    | 'chunk overlap'
    | 'parser'
    | 'chunker'
    | 'analysis'
    | 'token vectors';
  readonly from: string;
  readonly to: string;
  readonly effect: Effect;
}

/**
 * What each setting of a build leads to; what stays as it is comes too, with `nothing`. Token vectors are named where
 * the live generation lacks some: it does not say so itself, but a plan finds it.
 *
 * @param lacking texts that go to the model for the sake of their token vectors alone.
 */
export function settingEffects(live: Generation, next: Generation, lacking = 0): readonly SettingEffect[] {
  const { fingerprints: before } = live;
  const { fingerprints: after } = next;
  const isOtherModel = before.embedder !== null && before.embedder !== after.embedder;
  const compared = (
    setting: SettingEffect['setting'],
    from: string,
    to: string,
    effect: Effect,
  ): SettingEffect => ({ setting, from, to, effect: from === to ? 'nothing' : effect });
  return [
    {
      setting: 'embedder',
      from: live.embedder,
      to: next.embedder,
      effect: live.embedder !== next.embedder || isOtherModel ? 're-embed' : 'nothing',
    },
    compared(
      'chunk tokens',
      String(live.chunking.targetTokens),
      String(next.chunking.targetTokens),
      're-chunk',
    ),
    compared(
      'chunk overlap',
      String(live.chunking.overlapRatio),
      String(next.chunking.overlapRatio),
      're-chunk',
    ),
    compared('parser', before.parser, after.parser, 're-chunk'),
    compared('chunker', before.chunker, after.chunker, 're-chunk'),
    // Terms are made anew with the documents; no text that is embedded differs.
    compared('analysis', before.analysis, after.analysis, 'search-time'),
    ...(lacking > 0 ? [compared('token vectors', 'missing', 'kept', 're-embed')] : []),
  ];
}
