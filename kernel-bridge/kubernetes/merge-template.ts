type Json = Readonly<Record<string, unknown>>;

/**
 * Lays one piece of a manifest over another, as `kubectl patch` does with pods: objects are merged, lists of things that have
 * names are merged by name (mounts by their path), other lists and values are replaced, and null takes away.
 */
export function mergeTemplate(base: unknown, over: unknown): unknown {
  if (isObject(base) && isObject(over)) return mergeObjects(base, over);
  if (!Array.isArray(base) || !Array.isArray(over)) return over;
  const key = nameOfItems([...(base as unknown[]), ...(over as unknown[])]);
  return key === null ? over : mergeLists(base as Json[], over as Json[], key);
}

function mergeObjects(base: Json, over: Json): Json {
  const merged = new Map(Object.entries(base));
  for (const [name, value] of Object.entries(over)) {
    if (value === null) merged.delete(name);
    else merged.set(name, merged.has(name) ? mergeTemplate(merged.get(name), value) : value);
  }
  return Object.fromEntries(merged);
}

function mergeLists(base: readonly Json[], over: readonly Json[], key: string): readonly unknown[] {
  const merged: unknown[] = [...base];
  for (const item of over) {
    const at = base.findIndex((other) => other[key] === item[key]);
    if (at === -1) merged.push(item);
    else merged[at] = mergeTemplate(base[at], item);
  }
  return merged;
}

/** One volume may be mounted at several paths: the path names a mount, and the name all else. */
function nameOfItems(items: readonly unknown[]): string | null {
  const key = ['mountPath', 'name'].find((one) =>
    items.every((item) => isObject(item) && typeof item[one] === 'string'),
  );
  return key ?? null;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
