/** What kernels of this machine inherit, and what was asked for one of them over it. */
export function inheritedEnvironment(
  base: Readonly<Record<string, string | undefined>>,
  asked: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const set = Object.entries(base).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(set), ...asked };
}
