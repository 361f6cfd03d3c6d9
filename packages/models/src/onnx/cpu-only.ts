/** What every build of ONNX Runtime has. */
export const cpuOnly: readonly string[] = ['cpu'];
