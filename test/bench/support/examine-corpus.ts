/** Examines a corpus in a process of its own, whose memory is the examination's; forked by benches. */
import { silentLogger } from '@winnow/core';
import { openEngine } from '@winnow/engine';
import { embeddedConfig, timed } from './bench.ts';
import { corpusName } from './tiny-documents.ts';

/** What an examination took. */
export interface Examined {
  readonly seconds: number;
  /** Largest resident set of the process, in bytes. */
  readonly peakBytes: number;
  readonly findings: number;
}

const [dataDir = ''] = process.argv.slice(2);
const engine = await openEngine(embeddedConfig(dataDir), { access: { kind: 'read' }, log: silentLogger });
const signal = AbortSignal.timeout(3_600_000);
const { value: report, seconds } = await timed(() => engine.doctor.examine(corpusName, {}, signal));
await engine.close();
const examined: Examined = {
  seconds,
  peakBytes: process.resourceUsage().maxRSS * 1_024,
  findings: report.total,
};
process.send?.(examined);
process.disconnect?.();
