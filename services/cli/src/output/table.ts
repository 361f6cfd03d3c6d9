import Table from 'cli-table3';

/** Rows under headings, as wide as their content. Numbers stand right. */
export function tableOf(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const table = new Table({
    head: [...headings],
    style: { head: [], border: [] },
    colAligns: headings.map((_, column) => (typeof rows[0]?.[column] === 'number' ? 'right' : 'left')),
  });
  for (const row of rows) table.push(row.map(String));
  return table.toString();
}

/** Cuts text to a width for display; white space becomes one space. */
export function shorten(text: string, width: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= width ? line : `${characters.slice(0, width - 1).join('')}…`;
}
