import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';

/** A transformer that takes one sequence of token ids at a time. */
export interface Model {
  /**
   * @param segments 0 or 1 per id; left out where the model takes none.
   * @returns the first output, row by row.
   * @throws Error if a value of it is not a number.
   */
  run(ids: readonly number[], segments: readonly number[]): Promise<Output>;
  release(): Promise<void>;
}

interface Output {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** How ONNX Runtime runs a model. */
export interface SessionOptions {
  /** That share one run; 1 where several workers run the model side by side. */
  readonly threads: number;
  /** In order of preference; what a part of the model cannot run on, the next takes. */
  readonly executionProviders: readonly string[];
}

/**
 * Loads ONNX weights. One text a run has no padding, and with dynamic int8 quantisation, whose
 * scale is taken over the whole input, it keeps a text's vector independent of its neighbours.
 * @param outputName preferred output; the model's first one where it has none of that name.
 * @throws Error if the file is no model, or an execution provider is not to be had here.
 */
export async function openModel(path: string, options: SessionOptions, outputName: string): Promise<Model> {
  const session = await createSession(path, options);
  const fetched = session.outputNames.includes(outputName) ? outputName : (session.outputNames[0] ?? '');
  return {
    async run(ids, segments) {
      const feeds: Record<string, Tensor> = {};
      for (const name of session.inputNames) feeds[name] = inputOf(name, ids, segments);
      const output = (await session.run(feeds, [fetched]))[fetched];
      if (!(output?.data instanceof Float32Array)) throw new Error(`${fetched} is no float32 tensor`);
      if (!allNumbers(output.data)) throw new Error(`${fetched} holds a value that is not a number`);
      return { data: output.data, shape: output.dims };
    },
    release: () => session.release(),
  };
}

async function createSession(path: string, options: SessionOptions): Promise<InferenceSession> {
  const { threads, executionProviders } = options;
  assertAvailable(executionProviders);
  try {
    return await InferenceSession.create(path, {
      executionProviders,
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Threads that spin while they wait for each other take the processor from whatever else runs here: on a
      // busy machine of two cores, spinning was measured to halve the speed and worse.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    if (executionProviders.every((name) => name === 'cpu')) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`not by ${executionProviders.join(', ')} on this machine (${reason.slice(0, 200)})`);
  }
}

/** A provider that the build does not know would be left out without a word where another is given too. */
function assertAvailable(executionProviders: readonly string[]): void {
  const available = listSupportedBackends().map(({ name }) => name);
  const missing = executionProviders.find((name) => !available.includes(name));
  if (missing !== undefined) {
    throw new Error(
      `this build of ONNX Runtime has no execution provider ${missing}, but ${available.join(', ')}`,
    );
  }
}

function inputOf(name: string, ids: readonly number[], segments: readonly number[]): Tensor {
  const shape = [1, ids.length];
  if (name === 'input_ids') return new Tensor('int64', BigInt64Array.from(ids, BigInt), shape);
  if (name === 'token_type_ids') return new Tensor('int64', BigInt64Array.from(segments, BigInt), shape);
  if (name === 'attention_mask') return new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape);
  throw new Error(`the model asks for an input ${name} that we do not have`);
}

function allNumbers(values: Float32Array): boolean {
  // One bad value makes the sum bad, and a sum is the quickest look at all of them.
  let sum = 0;
  for (const value of values) sum += value;
  return Number.isFinite(sum);
}
