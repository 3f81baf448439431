/** What the system's own settings are named, and what whoever asks for a kernel may set (contract §7). */
const PASSED = /^(?:KERNEL_.*|LANG|LC_.*|TZ)$/;

/** What Python sees of its process's variables: most are the server's, and may hold its secrets. */
export function passedEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const passed = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && PASSED.test(entry[0]),
  );
  return Object.fromEntries(passed);
}
