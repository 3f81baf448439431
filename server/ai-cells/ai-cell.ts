/** A cell that a model answers, taken apart. */
export type AiCell =
  | {
      /** `provider:model`; null where the cell names none. */
      readonly modelId: string | null;
      readonly prompt: string;
    }
  /** For the person who wrote it. */
  | { readonly problem: string };

export const MARK = '%%ai';
const FIRST_LINE = /^[\s\ufeff]*%%ai(?:[ \t]+(?<words>[^\n]*))?(?:\n|$)/;

/** Whether a cell is a model's to answer: its first line with anything on it begins with `%%ai`, as magics of IPython do. */
export function isAiCell(code: string): boolean {
  return FIRST_LINE.test(code.replaceAll('\r\n', '\n'));
}

/** `%%ai`, `%%ai ollama:qwen3` or `%%ai what is this?`, and the rest of what is asked below it. */
export function parseAiCell(source: string): AiCell {
  const code = source.replaceAll('\r\n', '\n');
  const match = FIRST_LINE.exec(code);
  if (match === null) return { problem: 'This cell does not begin with %%ai.' };
  const words = match.groups?.['words']?.trim() ?? '';
  const below = code.slice(match[0].length).trim();
  const [first = ''] = words.split(/\s+/);
  const isModel = /^[\w.-]+:\S/.test(first);
  if (!isModel && /^[\w./-]+$/.test(first) && below !== '' && first === words)
    return {
      problem: `A model is named as PROVIDER:MODEL, for instance ollama:qwen3; this cell says ${JSON.stringify(first)}.`,
    };
  const asked = isModel ? words.slice(first.length).trim() : words;
  const prompt = [asked, below].filter((part) => part !== '').join('\n');
  if (prompt === '') return { problem: 'Write what you want to know below the line with %%ai.' };
  return { modelId: isModel ? first : null, prompt };
}
