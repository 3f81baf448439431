/**
 * The JSON that a model meant, where there is only one thing that it can have meant: without a code fence around it or commas at the
 * end of lists, with line ends and tabs in strings escaped, Python's `True`, `False` and `None` in JSON's words. What is cut off is
 * not completed: nobody knows what was to follow.
 */
export function repairJson(text: string): string {
  const source = withoutFence(text.trim());
  let repaired = '';
  for (const found of source.matchAll(/(,\s*)(?=[}\]])|"(?:[^"\\]|\\.)*"?|\w+|[^"\w]/gs)) {
    const [token, lastComma] = found;
    if (lastComma !== undefined) continue;
    repaired += token.startsWith('"') ? repairString(token) : (words.get(token) ?? token);
  }
  return repaired;
}

function withoutFence(text: string): string {
  const lineEnd = text.indexOf('\n');
  if (lineEnd === -1 || !text.endsWith('```')) return text;
  return ['```', '```json'].includes(text.slice(0, lineEnd).trim()) ? text.slice(lineEnd, -3) : text;
}

const words = new Map([
  ['True', 'true'],
  ['False', 'false'],
  ['None', 'null'],
]);

/** `\'` is no escape of JSON, and can only mean the quote. */
function repairString(token: string): string {
  // eslint-disable-next-line no-control-regex
  return token.replace(/\\[^]|[\u0000-\u001f]/g, (found) => {
    if (found === "\\'") return "'";
    if (found.startsWith('\\')) return found;
    return JSON.stringify(found).slice(1, -1);
  });
}
