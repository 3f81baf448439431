/**
 * What a gateway's client may set in a kernel's environment: its `KERNEL_*` variables (contract §7). Anything else of
 * the client's own environment (PATH, HOME) would mean another machine.
 */
export function launchEnvironment(asked: unknown): Record<string, string> {
  if (typeof asked !== 'object' || asked === null) return {};
  return Object.fromEntries(
    Object.entries(asked).filter(
      (entry): entry is [string, string] => entry[0].startsWith('KERNEL_') && typeof entry[1] === 'string',
    ),
  );
}
