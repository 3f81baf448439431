import { leftOutOutputs, leftOutText } from './left-out-display.ts';
import type { LargeDatum } from './large-data.ts';
import type { NbformatOutput, RichOutput } from './nbformat-output.ts';
import type { OutputLimits } from './output-limits.ts';
import { sizeOfOutput } from './output-size.ts';
import {
  emptyStreamText,
  heldLength,
  readStreamText,
  writeStreamText,
  type StreamText,
} from './stream-text.ts';

/** A list of outputs that grows as JupyterLab's output area does: below a cell, or within an Output widget. */
export interface OutputArea {
  readonly limits: OutputLimits;
  /** All outputs; once there are too many, the first ones. */
  items: AreaItem[];
  /** Of `items` but the last, as far as they were counted. */
  itemsSize: number;
  /** The last ones, once there are too many; null before. */
  tail: AreaTail | null;
  /** `clear_output(wait=True)` was said, and nothing has come since (C2). */
  isClearPending: boolean;
}

interface AreaTail {
  /** The newest last; what is to be left out is taken from the front now and then. */
  items: AreaItem[];
  /** Of `items` but the last. */
  size: number;
  /** Outputs between the first ones and these. */
  dropped: number;
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
  /** Under which later messages update it; null for one that nobody can address. */
  readonly displayId: string | null;
  output: RichOutput;
  /** How often it is held in its area. */
  held: number;
  /** In a checkpoint alone: what of its data is kept apart. */
  large?: readonly LargeDatum[];
}

/** Where the whole of a stream's text can be had, as the path of a URL; null where it cannot. */
export type TextLink = (name: string) => string | null;

export function newDisplay(output: RichOutput, displayId: string | null = null): AreaDisplay {
  return { kind: 'display', displayId, output, held: 0 };
}

export function emptyOutputArea(limits: OutputLimits): OutputArea {
  return { limits, items: [], itemsSize: 0, tail: null, isClearPending: false };
}

/** @returns displays that are no longer held (L5) */
export function addStream(area: OutputArea, name: string, text: string): AreaDisplay[] {
  finishPendingClear(area);
  return appendStream(area, name, text);
}

/** @returns displays that are no longer held (L5) */
export function addDisplay(area: OutputArea, display: AreaDisplay): AreaDisplay[] {
  finishPendingClear(area);
  return append(area, display);
}

export function clearOutputArea(area: OutputArea, wait: boolean): void {
  if (wait) {
    area.isClearPending = true;
    return;
  }
  area.items = [];
  area.itemsSize = 0;
  area.tail = null;
}

/** Puts what a kernel set in a widget's `outputs` in the place of all; a pending clear stays pending (C3). */
export function replaceOutputs(area: OutputArea, outputs: readonly NbformatOutput[]): void {
  clearOutputArea(area, false);
  for (const output of outputs) {
    if (output.output_type === 'stream') appendStream(area, output.name, output.text);
    else append(area, newDisplay(output));
  }
}

/** The outputs as nbformat. Rich ones are those that came in, not copies: nobody changes them. */
export function readOutputArea(area: OutputArea, linkTo: TextLink): NbformatOutput[] {
  const { limits, items, tail } = area;
  const read = (item: AreaItem): NbformatOutput[] => readItem(item, limits, linkTo);
  if (tail === null) return items.flatMap(read);
  const surplus = Math.max(0, tail.items.length - limits.tailOutputs);
  const leftOut = tail.dropped + surplus;
  return [
    ...items.flatMap(read),
    ...(leftOut === 0 ? [] : [leftOutOutputs(leftOut)]),
    ...tail.items.slice(surplus).flatMap(read),
  ];
}

function readItem(item: AreaItem, limits: OutputLimits, linkTo: TextLink): NbformatOutput[] {
  if (item.kind === 'display') return [item.output];
  const { name } = item;
  const text = readStreamText(item.text, limits);
  if ('whole' in text) return [{ output_type: 'stream', name, text: text.whole }];
  return [
    { output_type: 'stream', name, text: text.head },
    leftOutText(name, text.leftOut, linkTo(name)),
    { output_type: 'stream', name, text: text.tail },
  ];
}

/** Roughly what it holds, in code units. */
export function sizeOfOutputs({ items, itemsSize, tail }: OutputArea): number {
  return itemsSize + sizeOf(items.at(-1)) + (tail === null ? 0 : tail.size + sizeOf(tail.items.at(-1)));
}

function appendStream(area: OutputArea, name: string, text: string): AreaDisplay[] {
  const last = (area.tail?.items ?? area.items).at(-1);
  if (last?.kind === 'stream' && last.name === name) {
    writeStreamText(last.text, text, area.limits);
    return [];
  }
  const stream = emptyStreamText();
  writeStreamText(stream, text, area.limits);
  return append(area, { kind: 'stream', name, text: stream });
}

function append(area: OutputArea, item: AreaItem): AreaDisplay[] {
  if (item.kind === 'display') item.held++;
  const { limits, tail } = area;
  if (tail === null) {
    area.itemsSize += sizeOf(area.items.at(-1));
    if (area.items.length < limits.headOutputs && area.itemsSize < limits.headSize) area.items.push(item);
    else area.tail = { items: [item], size: 0, dropped: 0 };
    return [];
  }
  tail.size += sizeOf(tail.items.at(-1));
  tail.items.push(item);
  return dropSurplus(tail, limits);
}

/** Many at once, so that each is moved once and not with each that comes. */
function dropSurplus(tail: AreaTail, limits: OutputLimits): AreaDisplay[] {
  const { items } = tail;
  let count = items.length >= 2 * limits.tailOutputs ? items.length - limits.tailOutputs : 0;
  let size = tail.size;
  for (const item of items.slice(0, count)) size -= sizeOf(item);
  while (size > limits.tailSize && count < items.length - 1) size -= sizeOf(items[count++]);
  if (count === 0) return [];
  tail.size = Math.max(0, size);
  tail.dropped += count;
  const gone: AreaDisplay[] = [];
  for (const item of items.splice(0, count))
    if (item.kind === 'display' && --item.held === 0) gone.push(item);
  return gone;
}

function sizeOf(item: AreaItem | undefined): number {
  if (item === undefined) return 0;
  return item.kind === 'stream' ? heldLength(item.text) : sizeOfOutput(item.output);
}

function finishPendingClear(area: OutputArea): void {
  if (!area.isClearPending) return;
  area.isClearPending = false;
  clearOutputArea(area, false);
}
