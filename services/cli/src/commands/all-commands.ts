import type { Command } from 'commander';
import type { Environment } from '../with-engine.ts';

/** A module of commands, which is loaded when one of them is called. */
export interface CommandModule {
  /** @returns what adds the commands to the program. */
  load(): Promise<(program: Command, environment: Environment) => void>;
  /** What the list of all commands says of them, by usage: a test holds that to what the commands say themselves. */
  readonly commands: Readonly<Record<string, string>>;
  /** Names of commands that it has besides, for programs. */
  readonly unlisted?: readonly string[];
}

/** In the order of the list. */
export const allCommands: readonly CommandModule[] = [
  {
    load: async () => (await import('./demo.ts')).registerDemo,
    commands: {
      demo: 'Index two corpora of real documents, ask six questions, then serve the API.',
    },
  },
  {
    load: async () => (await import('./corpus.ts')).registerCorpus,
    commands: {
      corpus: 'Make, list, show, change and delete corpora.',
    },
  },
  {
    load: async () => (await import('./source.ts')).registerSource,
    commands: {
      source: 'Add sources to a corpus, list and change them, and take them away.',
    },
  },
  {
    load: async () => (await import('./apply.ts')).registerApply,
    commands: {
      'apply [file]': 'Bring corpora, sources, settings and schedules to what a file says. Removes nothing.',
    },
  },
  {
    load: async () => (await import('./plan.ts')).registerPlan,
    commands: {
      'plan <name>':
        'What an ingest would do and cost, or a reindex. Nothing is changed, and no model is paid.',
    },
  },
  {
    load: async () => (await import('./ingest.ts')).registerIngest,
    commands: {
      'ingest [name]':
        'Index what changed at the source of a corpus since the last run. Safe to stop and to repeat.',
    },
  },
  {
    load: async () => (await import('./push.ts')).registerPush,
    commands: {
      'push <name> [files...]':
        'Send documents to a corpus with a source push:. Each can be found within seconds.',
    },
  },
  {
    load: async () => (await import('./reindex.ts')).registerReindex,
    commands: {
      'reindex <name>': 'Build a new generation beside the live one. Nobody sees it until `winnow promote`.',
    },
  },
  {
    load: async () => (await import('./generations.ts')).registerGenerations,
    commands: {
      'generations <name>':
        'The builds of a corpus: the one that readers see, the next one, and those kept to go back to.',
      'promote <name>': 'Switch readers to the generation that is ready and was verified.',
      'rollback <name>': 'Switch readers back to the generation before, as it was.',
    },
  },
  {
    load: async () => (await import('./status.ts')).registerStatus,
    commands: {
      'status [run]': 'What a run is at and what it waits for; without a run, all that are under way.',
    },
  },
  {
    load: async () => (await import('./run-control.ts')).registerRunControl,
    commands: {
      'pause <run>': 'Have a run wait until it is resumed. What is done stays done.',
      'cancel <run>':
        'End a run before it is done. What is indexed stays, and the next ingest takes up the rest; of a reindex nothing is left.',
      'resume <run>': 'Have a run go on that waits, with another budget if one is given.',
    },
  },
  {
    load: async () => (await import('./runs.ts')).registerRuns,
    commands: {
      'runs <name>': 'Ingest runs of a corpus, newest first.',
    },
  },
  {
    load: async () => (await import('./inbox.ts')).registerInbox,
    commands: {
      inbox: 'Documents that did not get in, and why.',
    },
  },
  {
    load: async () => (await import('./doctor.ts')).registerDoctor,
    commands: {
      'doctor <name>': 'Compare source, manifest and index of a corpus, and name every difference.',
    },
  },
  {
    load: async () => (await import('./verify.ts')).registerVerify,
    commands: {
      'verify <name>': 'Look at a generation before readers are switched to it, and keep the report with it.',
    },
  },
  {
    load: async () => (await import('./golden.ts')).registerGolden,
    commands: {
      golden: 'Golden queries of a corpus: queries with judged documents, by which its quality is measured.',
    },
  },
  {
    load: async () => (await import('./quality.ts')).registerQuality,
    commands: {
      'quality <name>': 'What the golden queries of a corpus came to over time.',
    },
  },
  {
    load: async () => (await import('./schedule.ts')).registerSchedule,
    commands: {
      schedule: 'Have corpora brought up to date by themselves, at set times.',
    },
  },
  {
    load: async () => (await import('./costs.ts')).registerCosts,
    commands: {
      costs: 'What calls of models took and cost, from the ledger.',
    },
  },
  {
    load: async () => (await import('./search.ts')).registerSearch,
    commands: {
      'search <name> <query...>': 'Find passages: recall wide (BM25 and embeddings), fuse, rerank.',
    },
  },
  {
    load: async () => (await import('./ask.ts')).registerAsk,
    commands: {
      'ask <name> <query...>': 'Answer a question from a corpus, with citations that were checked.',
    },
  },
  {
    load: async () => (await import('./similar.ts')).registerSimilar,
    commands: {
      'similar <name> <ids...>': 'Documents like these, by the vectors that are stored.',
    },
  },
  {
    load: async () => (await import('./duplicates.ts')).registerDuplicates,
    commands: {
      'duplicates <name>': 'Documents that say the same as another one, nearly or word for word.',
    },
  },
  {
    load: async () => (await import('./cluster.ts')).registerCluster,
    commands: {
      'cluster <name>':
        'Topics of a corpus, by the vectors that are stored, each with its most telling words.',
    },
  },
  {
    load: async () => (await import('./document.ts')).registerDocument,
    commands: {
      document: 'What became of each document.',
    },
  },
  {
    load: async () => (await import('./export.ts')).registerExport,
    commands: {
      'export <name>': 'All searchable chunks as JSON lines, ordered by document and position.',
    },
  },
  {
    load: async () => (await import('./archive.ts')).registerArchive,
    commands: {
      'archive <name> <file>':
        'Write a corpus to one file: settings, documents, vectors, inbox, golden queries.',
    },
  },
  {
    load: async () => (await import('./restore.ts')).registerRestore,
    commands: {
      'restore <file>': 'Make a corpus of an archive, with all that was embedded: no model is called.',
    },
  },
  {
    load: async () => (await import('./eval.ts')).registerEval,
    commands: {
      eval: 'Measure retrieval on judged data (BEIR layout). Documents are ranked by their best chunk.',
    },
  },
  {
    load: async () => (await import('./models.ts')).registerModels,
    commands: {
      models: 'Models: list, fetch, try.',
    },
  },
  {
    load: async () => (await import('./services.ts')).registerServices,
    commands: {
      serve: 'Query API and worker in one process.',
      query: 'Query API alone; the work is done by `winnow worker` processes (full mode).',
      worker: 'Take jobs from the queues until stopped (full mode).',
    },
  },
  {
    // The last: it looks at all the others.
    load: async () => (await import('./completion.ts')).registerCompletion,
    commands: {
      'completion <shell>':
        'Print a script that completes commands, corpora and options in bash, zsh or fish.',
    },
    unlisted: ['complete'],
  },
];
