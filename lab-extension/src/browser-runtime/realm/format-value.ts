/**
 * A value as a browser's console would print it, in bounded depth and length; never throws, whatever the value does.
 * Its text is put into frames (frame-program.ts): it uses nothing from outside itself.
 */
export function formatValue(value: unknown, isNested = false): string {
  const MOST_DEPTH = 4;
  const MOST_ITEMS = 100;
  const MOST_CHARACTERS = 100_000;
  const open = new Set<unknown>();
  let left = MOST_CHARACTERS;

  const cut = (text: string): string => {
    const shown = text.length > left ? `${text.slice(0, left)}…` : text;
    left = Math.max(0, left - text.length);
    return shown;
  };
  const key = (name: string | symbol): string =>
    typeof name === 'symbol'
      ? `[${String(name)}]`
      : /^[\p{L}$_][\p{L}\p{N}$_]*$/u.test(name)
        ? cut(name)
        : cut(JSON.stringify(name));
  const nameOf = (object: object): string => {
    const prototype = Object.getPrototypeOf(object) as { readonly constructor?: unknown } | null;
    if (prototype === null) return 'null';
    const { constructor } = prototype;
    return typeof constructor === 'function' && typeof constructor.name === 'string' ? constructor.name : '';
  };
  const list = (items: Iterable<unknown>, size: number, each: (item: unknown) => string): string[] => {
    const shown: string[] = [];
    for (const item of items) {
      if (shown.length >= MOST_ITEMS || left <= 0) break;
      shown.push(each(item));
    }
    if (shown.length < size) shown.push(`… ${size - shown.length} more`);
    return shown;
  };
  const properties = (object: object, names: readonly (string | symbol)[], depth: number): string[] =>
    list(names, names.length, (name) => {
      const property = Object.getOwnPropertyDescriptor(object, name as string);
      const text =
        property === undefined || 'value' in property ? format(property?.value, depth + 1, true) : '(…)';
      return `${key(name as string | symbol)}: ${text}`;
    });
  const around = (
    name: string,
    [first, last]: readonly [string, string],
    parts: readonly string[],
  ): string => {
    const before = name === '' ? '' : `${name} `;
    const inside = parts.join(', ');
    const spaced = first === '{' && inside !== '' ? ` ${inside} ` : inside;
    return `${before}${first}${spaced}${last}`;
  };
  const element = (node: object): string | null => {
    const { nodeType, outerHTML, nodeName, data } = node as Partial<Element & Text>;
    if (typeof nodeType !== 'number' || typeof nodeName !== 'string') return null;
    if (nodeType === 1 && typeof outerHTML === 'string') {
      const MOST_HTML = 1_000;
      return cut(outerHTML.length > MOST_HTML ? `${outerHTML.slice(0, MOST_HTML)}…` : outerHTML);
    }
    return nodeType === 3 ? cut(JSON.stringify(data ?? '')) : cut(nodeName);
  };
  const entries = (map: Map<unknown, unknown>, depth: number): string =>
    around(
      `Map(${map.size})`,
      ['{', '}'],
      list(map, map.size, (entry) => {
        const [name, item] = entry as [unknown, unknown];
        return `${format(name, depth + 1, true)} => ${format(item, depth + 1, true)}`;
      }),
    );
  const object = (value: object, depth: number): string => {
    const name = nameOf(value);
    const items = (item: unknown): string => format(item, depth + 1, true);
    if (value instanceof Error) {
      const stated = `${value.name}: ${value.message}`;
      return cut(depth === 0 && typeof value.stack === 'string' ? value.stack : stated);
    }
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (value instanceof RegExp) return cut(String(value));
    if (value instanceof Number || value instanceof String || value instanceof Boolean)
      return `[${name}: ${format(value.valueOf(), depth + 1, true)}]`;
    if (value instanceof Promise) return 'Promise {…}';
    if (value instanceof WeakMap || value instanceof WeakSet) return `${name} {…}`;
    if (value instanceof ArrayBuffer) return `ArrayBuffer(${value.byteLength})`;
    const shownElement = element(value);
    if (shownElement !== null) return shownElement;
    if (depth >= MOST_DEPTH)
      return Array.isArray(value) ? `Array(${value.length})` : `${name || 'Object'} {…}`;
    if (Array.isArray(value)) {
      const indices = Array.from({ length: Math.min(value.length, MOST_ITEMS) }, (_, index) => index);
      const parts = list(indices, value.length, (index) =>
        (index as number) in value ? items(value[index as number]) : 'empty',
      );
      return around(name === 'Array' ? '' : `${name}(${value.length})`, ['[', ']'], parts);
    }
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      const array = value as unknown as { readonly length: number } & Iterable<unknown>;
      return around(`${name}(${array.length})`, ['[', ']'], list(array, array.length, items));
    }
    if (value instanceof Map) return entries(value as Map<unknown, unknown>, depth);
    if (value instanceof Set)
      return around(`Set(${value.size})`, ['{', '}'], list(value as Set<unknown>, value.size, items));
    const isPlain = name === 'Object';
    const tag = isPlain ? '' : name === 'null' ? '[Object: null prototype]' : name;
    const names = Reflect.ownKeys(value).filter(
      (each) => Object.getOwnPropertyDescriptor(value, each)?.enumerable === true,
    );
    return around(tag, ['{', '}'], properties(value, names, depth));
  };
  const called = (value: () => unknown): string => {
    const isClass = /^class\b/.test(Function.prototype.toString.call(value));
    const { name } = value;
    return cut(isClass ? `class ${name}` : `ƒ ${typeof name === 'string' ? name : ''}()`);
  };
  const format = (value: unknown, depth: number, isQuoted: boolean): string => {
    if (left <= 0) return '…';
    switch (typeof value) {
      case 'string': {
        if (!isQuoted) return cut(value);
        const quoted = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
        return cut(`'${quoted}'`);
      }
      case 'bigint':
        return cut(`${value}n`);
      case 'number':
        return Object.is(value, -0) ? '-0' : String(value);
      case 'symbol':
        return cut(String(value));
      case 'undefined':
      case 'boolean':
        return String(value);
      case 'function':
      case 'object':
        if (value === null) return 'null';
        if (open.has(value)) return '[Circular]';
        open.add(value);
        try {
          return typeof value === 'function' ? called(value as () => unknown) : object(value, depth);
        } catch {
          return '[not readable]'; // a proxy or getter that throws
        } finally {
          open.delete(value);
        }
    }
  };
  return format(value, 0, isNested);
}
