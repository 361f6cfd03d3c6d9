import type { Place } from '@winnow/core';

/** `page 3`, `slide 2`, `sheet Prices`; empty where the format has no such places. */
export function placeText({ page, slide, sheet }: Place): string {
  if (page !== undefined) return `page ${page}`;
  if (slide !== undefined) return `slide ${slide}`;
  return sheet === undefined ? '' : `sheet ${sheet}`;
}
