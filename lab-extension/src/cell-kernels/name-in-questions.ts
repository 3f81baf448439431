import type { Kernel } from '@jupyterlab/services';

/**
 * Has what JupyterLab asks a notebook's kernel of the text of a cell say for which kernel the cell is, where that was
 * chosen: the server hears of it by the line that people would write, and asks that kernel.
 * @param chosenFor given a whole cell's text: the name that was chosen for it; null for none
 */
export function nameInQuestions(
  kernel: Kernel.IKernelConnection,
  chosenFor: (code: string) => string | null,
): void {
  const complete = kernel.requestComplete.bind(kernel);
  const inspect = kernel.requestInspect.bind(kernel);
  const lineFor = (code: string): string => {
    const name = chosenFor(code);
    return name === null ? '' : `%%kernel ${name}\n`;
  };
  kernel.requestComplete = async (content) => {
    const line = lineFor(content.code);
    if (line === '') return complete(content);
    const reply = await complete(behind(line, content));
    if (reply.content.status !== 'ok') return reply;
    const { cursor_start: start, cursor_end: end, metadata } = reply.content;
    const length = lengthOf(line);
    const moved = { cursor_start: start - length, cursor_end: end - length };
    return { ...reply, content: { ...reply.content, ...moved, metadata: movedIn(metadata, length) } };
  };
  kernel.requestInspect = (content) => inspect(behind(lineFor(content.code), content));
}

function behind<Content extends { readonly code: string; readonly cursor_pos: number }>(
  line: string,
  content: Content,
): Content {
  return { ...content, code: line + content.code, cursor_pos: content.cursor_pos + lengthOf(line) };
}

/** IPython says of each match where it is to go. */
function movedIn<Metadata extends object>(metadata: Metadata, length: number): Metadata {
  const key = '_jupyter_types_experimental';
  const types = (metadata as Readonly<Record<string, unknown>>)[key];
  if (!Array.isArray(types)) return metadata;
  const moved = (types as { readonly start: number; readonly end: number }[]).map((one) => ({
    ...one,
    start: one.start - length,
    end: one.end - length,
  }));
  return { ...metadata, [key]: moved };
}

/** In code points, as the protocol counts. */
function lengthOf(text: string): number {
  return [...text].length;
}
