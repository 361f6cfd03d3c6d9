/**
 * The known name a person most likely meant: without an owner (`BAAI/…`), ignoring case and signs, at most
 * a third of its letters away (Levenshtein).
 * @returns null if none is near.
 */
export function nearestName(given: string, known: readonly string[]): string | null {
  const wanted = lettersOf(given);
  const ranked = known
    .map((name) => ({ name, distance: editDistance(wanted, lettersOf(name)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= lettersOf(best.name).length / 3 ? best.name : null;
}

function lettersOf(name: string): string {
  const withoutOwner = name.slice(0, 100).split('/').at(-1) ?? '';
  return withoutOwner.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
