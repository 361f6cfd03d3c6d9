import { defineConfig } from 'vitest/config';
import { SlowFirst } from './infra/dev/slow-first.ts';

const slow = ['**/*.integration.test.ts', 'test/{integration,e2e,faults,attack}/**/*.test.ts'];

export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,services,infra}/**/*.test.ts', 'test/*.test.ts'],
          exclude: ['**/node_modules/**', ...slow],
          // A deadline against hanging, not a claim of speed.
          testTimeout: 60_000,
          // Hundreds of files of a few milliseconds each: a process and all modules anew for every one would take longer.
          isolate: false,
          // After the others: a group of files has one number of workers.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'integration',
          include: slow,
          exclude: ['**/node_modules/**'],
          globalSetup: ['infra/dev/vitest-setup.ts'],
          // Real servers and models on a small machine: a deadline against hanging, not a claim of speed.
          testTimeout: 120_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
          // Node strips types with WebAssembly, in each thread that starts: V8 13.6 may crash while it compiles the way from that
          // to JavaScript anew in several of them (ThreadIsolation::UnregisterWasmAllocation). So it does not.
          execArgv: ['--wasm-wrapper-tiering-budget=1000000000'],
        },
      },
    ],
  },
});
