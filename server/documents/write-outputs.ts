import { isDeepStrictEqual } from 'node:util';
import * as Y from 'yjs';
import type { OutputJson } from './shared-output.ts';
import { newSharedOutput } from './shared-output.ts';

/**
 * Makes a cell's outputs those, by the smallest change that JupyterLab 4.6 shows rightly: its cell model appends whatever
 * is inserted, wherever that was, and takes every change of a stream's text as one at the end of the last output. So
 * what differs is replaced from there to the end, and only the text of the last stream is changed in its place.
 * @param known what the cell is known to have: what is the same object in both is not compared
 * @returns roughly the code units that were written; 0 for none
 */
export function writeOutputs(
  youtputs: Y.Array<unknown>,
  wanted: readonly OutputJson[],
  known: readonly OutputJson[] | null = null,
): number {
  const present = youtputs.toArray();
  let same = 0;
  while (same < present.length && same < wanted.length) {
    const output = wanted[same];
    if (output === undefined || (output !== known?.[same] && !hasOutput(present[same], output))) break;
    same++;
  }
  let written = 0;
  const isLast = same === present.length - 1;
  const next = wanted[same];
  if (isLast && next !== undefined) {
    const edited = editStream(present[same], next);
    if (edited !== null) {
      written += edited;
      same++;
    }
  }
  if (present.length > same) {
    youtputs.delete(same, present.length - same);
    written++;
  }
  const added = wanted.slice(same);
  if (added.length > 0) {
    youtputs.push(added.map(newSharedOutput));
    for (const output of added) written += sizeOf(output);
  }
  return written;
}

function hasOutput(present: unknown, output: OutputJson): boolean {
  if (!(present instanceof Y.Map)) return false;
  if (output['output_type'] === 'stream')
    return (
      present.size === 3 &&
      present.get('output_type') === 'stream' &&
      present.get('name') === output['name'] &&
      present.get('text') instanceof Y.Text &&
      (present.get('text') as Y.Text).toJSON() === output['text']
    );
  return isDeepStrictEqual(present.toJSON(), output);
}

/**
 * Its new end is inserted behind the old one before that is deleted: clients read the change in this order.
 * @returns null where it is no stream of this name
 */
function editStream(present: unknown, wanted: OutputJson): number | null {
  if (!(present instanceof Y.Map) || wanted['output_type'] !== 'stream') return null;
  const ytext: unknown = present.get('text');
  const { name, text } = wanted;
  if (!(ytext instanceof Y.Text) || typeof text !== 'string') return null;
  if (present.size !== 3 || present.get('output_type') !== 'stream' || present.get('name') !== name)
    return null;
  const before = ytext.toJSON();
  const kept = commonStart(before, text);
  if (text.length > kept) ytext.insert(before.length, text.slice(kept));
  if (before.length > kept) ytext.delete(kept, before.length - kept);
  return text.length - kept + 1;
}

/** In code units; never in the middle of a character, which Yjs would not keep. */
function commonStart(one: string, other: string): number {
  if (other.startsWith(one)) return endsWithHalf(one) ? one.length - 1 : one.length;
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one.charCodeAt(length) === other.charCodeAt(length)) length++;
  return length > 0 && isHighSurrogate(one.charCodeAt(length - 1)) ? length - 1 : length;
}

function endsWithHalf(text: string): boolean {
  return text.length > 0 && isHighSurrogate(text.charCodeAt(text.length - 1));
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function sizeOf(output: OutputJson): number {
  const text = output['text'];
  if (typeof text === 'string') return text.length;
  const data = output['data'];
  if (typeof data !== 'object' || data === null) return 1;
  let size = 1;
  for (const value of Object.values(data)) size += typeof value === 'string' ? value.length : 100;
  return size;
}
