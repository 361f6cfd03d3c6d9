/** @returns what is wrong with a release of Node that Winnow does not run on; null for all others. */
export function unfitNode(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isFit = major >= 24 || (major === 22 && minor >= 16);
  return isFit ? null : `this is Node ${version}, and Winnow needs 22.16, or 24 and newer`;
}
