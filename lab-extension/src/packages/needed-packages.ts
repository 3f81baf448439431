/** Packages that a notebook says it needs, versions by name, as the server noted them (docs/places.md). */
export type NeededPackages = Readonly<Record<string, string>>;

/** @param metadata the notebook's `in_the_loop`, into which others may have written what they like */
export function neededPackages(metadata: unknown): NeededPackages {
  const packages = isObject(metadata) ? metadata['packages'] : null;
  if (!isObject(packages)) return {};
  // They become part of a command, which a person may run without reading it.
  const entries = Object.entries(packages).filter(
    (entry): entry is [string, string] =>
      /^[a-z0-9][a-z0-9-]*$/.test(entry[0]) && typeof entry[1] === 'string' && /^[\w.!+-]+$/.test(entry[1]),
  );
  return Object.fromEntries(entries);
}

/** An expression of Python for the names of those that are not installed there, as JSON; it runs nothing of the person's. */
export function missingExpression(packages: NeededPackages): string {
  const names = JSON.stringify(Object.keys(packages));
  return `__import__("json").dumps([name for name in ${names} if not list(__import__("importlib.metadata").metadata.distributions(name=name))])`;
}

/** Of those that are needed, what the kernel answered to that: none where it is no answer to it. */
export function missingOf(packages: NeededPackages, answer: unknown): NeededPackages {
  let names: unknown;
  try {
    // As Python shows a text.
    names = JSON.parse(String(answer).slice(1, -1));
  } catch {
    return {}; // A kernel of another language, or an older Python.
  }
  if (!Array.isArray(names)) return {};
  return Object.fromEntries(Object.entries(packages).filter(([name]) => (names as unknown[]).includes(name)));
}

export function installCommand(packages: NeededPackages): string {
  return `%pip install ${Object.entries(packages)
    .map(([name, version]) => `${name}==${version}`)
    .join(' ')}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
