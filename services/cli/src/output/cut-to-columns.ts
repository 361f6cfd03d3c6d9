/** Characters that take two columns of a terminal: those of East Asia, and pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;

/** The beginning of a line, as much of it as so many columns of a terminal have room for. */
export function cutToColumns(line: string, columns: number): string {
  let taken = 0;
  let cut = '';
  for (const character of line) {
    taken += wide.test(character) ? 2 : 1;
    if (taken > columns) break;
    cut += character;
  }
  return cut;
}
