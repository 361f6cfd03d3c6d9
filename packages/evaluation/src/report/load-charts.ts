export type Charts = typeof import('./charts.ts');

/** What draws is loaded by who draws: it takes a third of a second, and most commands show no report. */
export async function loadCharts(): Promise<Charts> {
  return await import('./charts.ts');
}
