import { visibleName } from '@winnow/core';

/** `1,234`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 document`, `1,234 documents`. */
export function countOf(count: number, thing: string): string {
  return `${formatCount(count)} ${thing}${count === 1 ? '' : 's'}`;
}

/** `8 s`, `3 min 20 s`, `2 h 5 min`, `3 days 4 h`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const [days, hours, minutes] = [whole / 86_400, (whole / 3_600) % 24, (whole / 60) % 60].map(Math.floor);
  if (days) return joined(`${days} ${days === 1 ? 'day' : 'days'}`, hours, 'h');
  if (hours) return joined(`${hours} h`, minutes, 'min');
  return joined(`${minutes} min`, whole % 60, 's');
}

function joined(large: string, small: number | undefined, unit: string): string {
  return small ? `${large} ${small} ${unit}` : large;
}

/** The first few of many, and how many there are besides. */
export function someOf(names: readonly string[], shown: number, total = names.length): string {
  const listed = names.slice(0, shown).map(visibleName);
  const more = total - listed.length;
  return more > 0 ? `${listed.join(', ')} and ${formatCount(more)} more` : listed.join(', ');
}
