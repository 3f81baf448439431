/**
 * A cell as Jupyter's clients have it: files keep long texts as lists of lines (nbformat, multiline strings), documents as
 * one text each.
 */
export function joinLines(cell: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const joined: Record<string, unknown> = { ...cell, source: joinedText(cell['source']) };
  if (Array.isArray(cell['outputs'])) joined['outputs'] = cell['outputs'].map(joinedOutput);
  if (isRecord(cell['attachments']))
    joined['attachments'] = Object.fromEntries(
      Object.entries(cell['attachments']).map(([name, bundle]) => [name, joinedBundle(bundle)]),
    );
  return joined;
}

function joinedOutput(output: unknown): unknown {
  if (!isRecord(output)) return output;
  if (output['output_type'] === 'stream') return { ...output, text: joinedText(output['text']) };
  return 'data' in output ? { ...output, data: joinedBundle(output['data']) } : output;
}

function joinedBundle(bundle: unknown): unknown {
  if (!isRecord(bundle)) return bundle;
  return Object.fromEntries(
    Object.entries(bundle).map(([mimeType, data]) => [
      mimeType,
      /^application\/(.*\+)?json$/.test(mimeType) ? data : joinedText(data),
    ]),
  );
}

function joinedText(text: unknown): unknown {
  return Array.isArray(text) && text.every((line) => typeof line === 'string') ? text.join('') : text;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
