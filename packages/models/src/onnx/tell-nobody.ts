/**
 * Has ONNX Runtime tell nobody of its use: since 1.29 its builds for Linux and macOS make an id of the machine and send it to
 * their maker, with names and hashes of models, unless this is set before they are loaded. Whoever wants that sets the
 * variable to `0` himself.
 *
 * The native library reads the environment of the process: what a thread other than the first sets, it does not see.
 *
 * @see https://github.com/microsoft/onnxruntime/pull/27379
 */
export function tellNobody(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}
