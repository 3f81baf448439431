import { shortenText } from '../shorten-text.ts';
import { asData, labelled } from './data-label.ts';
import type { Mention } from './mentions.ts';
import type { FileView, NotebookView } from './notebook-view.ts';
import { findMentionedCell } from './rank-cells.ts';

/** What the notebook is, in a line or two. */
export function notebookLine({ path, cells, kernel }: NotebookView): string {
  const state = kernel
    ? `Its kernel is ${asData(kernel.displayName)} (${kernel.language}), ${kernel.state}.`
    : 'It has no kernel.';
  return (
    `Notebook ${JSON.stringify(asData(path))}, ${cells.length} cells. ${state}\n` +
    'A cell in one line is told of by its number, id, kind and first line; read it if you need more.'
  );
}

/** What the person looks at; empty where nothing is known. */
export function selectionText({ selection, cells }: NotebookView): string {
  if (selection === null) return '';
  const numbers = new Map(cells.map(({ id }, index) => [id, index + 1]));
  const numberOf = (id: string) => `${numbers.get(id) ?? '?'} (${asData(id)})`;
  const lines: string[] = [];
  if (selection.activeCellId !== null)
    lines.push(`The person is at cell ${numberOf(selection.activeCellId)}.`);
  if (selection.cellIds.length > 1)
    lines.push(`Selected are the cells ${selection.cellIds.slice(0, 50).map(numberOf).join(', ')}.`);
  if (selection.text !== null && selection.text !== '') {
    lines.push(`Marked in it is:\n${asData(shortenText(selection.text, 4_000))}`);
  }
  return lines.join('\n');
}

/** A line for each variable, those that are mentioned first and whole. @param tokens - About what all of them may take. */
export function variablesText(
  { variables }: NotebookView,
  mentions: readonly Mention[],
  tokens: number,
): string {
  const mentioned = new Set(mentions.flatMap(({ kind, name }) => (kind === 'variable' ? [name] : [])));
  const lines: string[] = [];
  let room = tokens * 4;
  const sorted = [
    ...variables.filter(({ name }) => mentioned.has(name)),
    ...variables.filter(({ name }) => !mentioned.has(name)),
  ];
  for (const { name, type, summary } of sorted) {
    const isMentioned = mentioned.has(name);
    const line = asData(`${name}: ${type}, ${shortenText(summary, isMentioned ? 8_000 : 200)}`);
    room -= line.length;
    if (room < 0 && !isMentioned) break;
    lines.push(line);
  }
  if (lines.length === 0) return '';
  const missing = variables.length - lines.length;
  const more = missing > 0 ? [`[${missing} more variables]`] : [];
  return ['Variables of the kernel (data):', ...lines, ...more].join('\n');
}

/** What ran last, the newest first. */
export function runsText({ recentRuns, cells }: NotebookView, tokens: number): string {
  if (recentRuns.length === 0) return '';
  const numbers = new Map(cells.map(({ id }, index) => [id, index + 1]));
  const lines = recentRuns.slice(0, 20).map(({ cellId, by, state, duration }) => {
    const number = cellId === null ? undefined : numbers.get(cellId);
    const what = number === undefined ? 'code that is in no cell' : `cell ${number}`;
    return `${what}, by ${asData(by)}: ${state}${duration === null ? '' : ` after ${duration.toPrecision(3)} s`}`;
  });
  return shortenText(['Recent runs, the newest first:', ...lines].join('\n'), tokens * 4);
}

export function fileContent({ path, text, size }: FileView, characters: number): string {
  if (text === null) return labelled('file-content', { path }, `[No text, ${size} bytes]`);
  return labelled('file-content', { path }, asData(shortenText(text, characters)));
}

/** Mentions of what there is not, so that the model asks rather than guesses. */
export function unknownMentionsText(view: NotebookView, mentions: readonly Mention[]): string {
  const unknown = mentions.filter((mention) => !isKnown(view, mention));
  if (unknown.length === 0) return '';
  return `Not found, though mentioned: ${unknown.map(({ kind, name }) => `@${kind}:${asData(name)}`).join(', ')}.`;
}

function isKnown(view: NotebookView, mention: Mention): boolean {
  switch (mention.kind) {
    case 'cell':
      return findMentionedCell(view, mention) !== undefined;
    case 'file':
      return view.files.some(({ path }) => path === mention.name);
    case 'variable':
      return view.variables.some(({ name }) => name === mention.name);
  }
}
