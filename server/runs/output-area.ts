import type { NbformatOutput, RichOutput } from './nbformat-output.ts';
import { emptyStreamText, readStreamText, writeStreamText, type StreamText } from './stream-text.ts';

/** A list of outputs that grows as JupyterLab's output area does: below a cell, or within an Output widget. */
export interface OutputArea {
  items: AreaItem[];
  /** `clear_output(wait=True)` was said, and nothing has come since (C2). */
  isClearPending: boolean;
}

export type AreaItem = AreaStream | AreaDisplay;

interface AreaStream {
  readonly kind: 'stream';
  readonly name: string;
  readonly text: StreamText;
}

/** Outputs of one display id in one area are one object, so that an update costs the same however often it is shown. */
export interface AreaDisplay {
  readonly kind: 'display';
  output: RichOutput;
}

export function emptyOutputArea(): OutputArea {
  return { items: [], isClearPending: false };
}

export function addStream(area: OutputArea, name: string, text: string): void {
  finishPendingClear(area);
  appendStream(area, name, text);
}

export function addDisplay(area: OutputArea, display: AreaDisplay): void {
  finishPendingClear(area);
  area.items.push(display);
}

export function clearOutputArea(area: OutputArea, wait: boolean): void {
  if (wait) area.isClearPending = true;
  else area.items = [];
}

/** Puts what a kernel set in a widget's `outputs` in the place of all; a pending clear stays pending (C3). */
export function replaceOutputs(area: OutputArea, outputs: readonly NbformatOutput[]): void {
  clearOutputArea(area, false);
  for (const output of outputs) {
    if (output.output_type === 'stream') appendStream(area, output.name, output.text);
    else area.items.push({ kind: 'display', output });
  }
}

/** The outputs as nbformat. Rich ones are those that came in, not copies: nobody changes them. */
export function readOutputArea(area: OutputArea): NbformatOutput[] {
  return area.items.map((item) =>
    item.kind === 'display'
      ? item.output
      : { output_type: 'stream', name: item.name, text: readStreamText(item.text) },
  );
}

function appendStream(area: OutputArea, name: string, text: string): void {
  const last = area.items.at(-1);
  if (last?.kind === 'stream' && last.name === name) {
    writeStreamText(last.text, text);
    return;
  }
  const stream = emptyStreamText();
  writeStreamText(stream, text);
  area.items.push({ kind: 'stream', name, text: stream });
}

function finishPendingClear(area: OutputArea): void {
  if (!area.isClearPending) return;
  area.isClearPending = false;
  area.items = [];
}
