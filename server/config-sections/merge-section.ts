/** A JSON object without a prototype, so that a key such as `__proto__` is a key like any other. */
export type Section = { [key: string]: unknown };

export function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `target` with `changes` merged in: objects by key, null takes a key away, an object left empty goes too (contract §2.5). */
export function mergeSection(target: Section, changes: Section): Section {
  const merged = copy(target);
  for (const [key, value] of Object.entries(changes)) {
    if (isSection(value)) {
      const before = merged[key];
      const below = mergeSection(isSection(before) ? before : empty(), value);
      if (Object.keys(below).length > 0) merged[key] = below;
      else delete merged[key];
    } else if (value === null) delete merged[key];
    else merged[key] = value;
  }
  return merged;
}

/** `section` without what `defaults` says already, so that a later change of a default is not hidden. */
export function withoutDefaults(section: Section, defaults: Section): Section {
  const rest = copy(section);
  for (const [key, value] of Object.entries(section)) {
    if (!Object.hasOwn(defaults, key)) continue;
    const fallback = defaults[key];
    if (isSection(value)) {
      const below = withoutDefaults(value, isSection(fallback) ? fallback : empty());
      if (Object.keys(below).length > 0) rest[key] = below;
      else delete rest[key];
    } else if (JSON.stringify(value) === JSON.stringify(fallback)) delete rest[key];
  }
  return rest;
}

function empty(): Section {
  return Object.create(null) as Section;
}

function copy(section: Section): Section {
  return Object.assign(empty(), section);
}
