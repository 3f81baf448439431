import type { ContentPart } from '../message.ts';
import { shortenText } from '../shorten-text.ts';
import { asData, openingMark } from './data-label.ts';
import type { CellView, NotebookView } from './notebook-view.ts';
import { bundleContent, outputContent } from './output-content.ts';
import type { OutputRoom } from './output-content.ts';

export interface CellRoom extends OutputRoom {
  readonly sourceCharacters: number;
  readonly outputs: number;
}

/** A cell between its marks: its source, its attachments, and the first and last of its outputs. */
export function cellContent(
  cell: CellView,
  number: number,
  view: Pick<NotebookView, 'widgets'>,
  room: CellRoom,
): readonly ContentPart[] {
  const parts: ContentPart[] = [
    textPart(
      `${openingMark('notebook-cell', attributesOf(cell, number))}\n${asData(shortenText(cell.source, room.sourceCharacters))}`,
    ),
  ];
  for (const [name, bundle] of Object.entries(cell.attachments)) {
    parts.push(
      textPart(`[Attachment ${asData(name)}]`),
      ...bundleContent(bundle, room, view.widgets).map(dataPart),
    );
  }
  const half = Math.ceil(room.outputs / 2);
  const isLong = cell.outputs.length > room.outputs;
  for (const [index, output] of cell.outputs.entries()) {
    if (isLong && index === half) {
      parts.push(textPart(`[… ${cell.outputs.length - 2 * half} outputs left out …]`));
    }
    if (isLong && index >= half && index < cell.outputs.length - half) continue;
    const content = outputContent(output, room, view.widgets).map(dataPart);
    const name = output.output_type === 'stream' ? output.name : output.output_type;
    if (content.length > 0) {
      parts.push(
        textPart(openingMark('cell-output', { type: name })),
        ...content,
        textPart('</cell-output>'),
      );
    }
  }
  return [...parts, textPart('</notebook-cell>')];
}

function attributesOf(cell: CellView, number: number) {
  return {
    id: cell.id,
    number,
    kind: cell.kind,
    'execution-count': cell.executionCount,
    state: cell.kind === 'code' ? cell.state : null,
    'changed-since-run': cell.isChangedSinceRun ? (true as const) : null,
  };
}

/** A cell in one line, so that a model knows that it is there and can read it. */
export function outlineOf(cell: CellView, number: number): string {
  const start = cell.source.trimStart();
  const lineEnd = start.indexOf('\n');
  const first = (lineEnd === -1 ? start : start.slice(0, lineEnd)).slice(0, 80).toWellFormed();
  const state =
    cell.state === 'failed' || cell.state === 'running' || cell.state === 'queued' ? ` ${cell.state}` : '';
  return `${number} ${cell.id} ${cell.kind}${state}: ${asData(first)}${lineEnd === -1 ? '' : ' …'}`;
}

function dataPart(part: ContentPart): ContentPart {
  return part.type === 'text' ? textPart(asData(part.text)) : part;
}

function textPart(text: string): ContentPart {
  return { type: 'text', text };
}
