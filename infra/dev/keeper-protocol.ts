/** How to run one server as a process of this machine. */
export interface ProcessSpec {
  readonly type: 'process';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The user to run as; null: the caller's own. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** Configuration, data and log of this instance; removed when the keeper ends. */
  readonly directory: string;
  /** Where standard output and errors are appended. */
  readonly logFile: string;
}

/** How to run one server in a container. Its data live as long as the container. */
export interface ContainerSpec {
  readonly type: 'container';
  readonly image: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly containerPort: number;
  /** The port on the engine's host; chosen before, so that it is the same after a restart. */
  readonly hostPort: number;
}

export type ServerSpec = ProcessSpec | ContainerSpec;

/** The signals a fault test sends: power cut, frozen, thawed, asked to end. */
export type ServerSignal = 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM';

/** What the parent asks of its keeper. Closing the channel asks for the end of everything. */
export type KeeperRequest =
  | { readonly kind: 'start'; readonly spec: ServerSpec }
  | { readonly kind: 'signal'; readonly signal: ServerSignal };

/** What a keeper tells its parent. `failed` answers a request that could not be carried out. */
export type KeeperEvent =
  | { readonly kind: 'started'; readonly pid: number; readonly host: string }
  | { readonly kind: 'signaled' }
  | { readonly kind: 'ended'; readonly how: string }
  | { readonly kind: 'failed'; readonly message: string };
