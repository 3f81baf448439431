import * as Y from 'yjs';

/** An output as nbformat stores it. */
export type OutputJson = Readonly<Record<string, unknown>>;

/** As @jupyter/ydoc has outputs: the text of a stream grows while a cell runs, so it is a shared text. */
export function newSharedOutput(output: OutputJson): Y.Map<unknown> {
  const { output_type: type, text } = output;
  const isStream = type === 'stream' && typeof text === 'string';
  return new Y.Map(Object.entries(isStream ? { ...output, text: new Y.Text(text) } : output));
}
