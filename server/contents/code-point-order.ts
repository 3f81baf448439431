const beyondSurrogates = /[\ud800-\uffff]/;

/** Keys in Python's order: by code points. JavaScript's own order, by UTF-16 units, differs above U+D7FF only. */
export function sortedKeys(object: object): string[] {
  const keys = Object.keys(object);
  return keys.some((key) => beyondSurrogates.test(key)) ? keys.sort(compareCodePoints) : keys.sort();
}

function compareCodePoints(left: string, right: string): number {
  let index = 0;
  while (index < left.length && left.charCodeAt(index) === right.charCodeAt(index)) index += 1;
  return (left.codePointAt(index) ?? -1) - (right.codePointAt(index) ?? -1);
}
