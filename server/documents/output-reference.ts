import { hash } from 'node:crypto';
import type { OutputReference } from '../wire/output-reference.ts';
import { outputReferenceSchema } from '../wire/output-reference.ts';
import { OUTPUT_REFERENCE_MIME } from '../wire/output-reference-mime.ts';
import { canonicalJson } from './canonical-json.ts';
import { expectedHeight } from './expected-height.ts';
import { bestPart } from './output-part.ts';
import type { OutputJson } from './shared-output.ts';

/** An output as it is kept: the same content has the same text, in whatever order its keys were. */
export interface OutputText {
  readonly sha256: string;
  readonly text: string;
}

export function outputText(output: OutputJson): OutputText {
  const text = canonicalJson(output);
  return { sha256: hash('sha256', text), text };
}

/** The reference that an output is; null for any other. */
export function readReference(output: unknown): OutputReference | null {
  if (typeof output !== 'object' || output === null) return null;
  return referenceIn((output as OutputJson)['data']);
}

/** Likewise, of a mime bundle. */
export function referenceIn(data: unknown): OutputReference | null {
  if (typeof data !== 'object' || data === null) return null;
  const value = (data as OutputJson)[OUTPUT_REFERENCE_MIME];
  if (value === undefined) return null;
  const read = outputReferenceSchema.safeParse(value);
  return read.success ? read.data : null;
}

/**
 * An ordinary output that stands for another one.
 * @param link of all of it, for renderers that do not know references
 */
export function referenceOf(output: OutputJson, { sha256, text }: OutputText, link: string): OutputJson {
  const { output_type: type, data, execution_count: count } = output;
  const types = typeof data === 'object' && data !== null ? Object.keys(data) : ['text/plain'];
  const size = Buffer.byteLength(text);
  const reference: OutputReference = {
    version: 1,
    sha256,
    size,
    mime_types: types,
    height: expectedHeight(output),
  };
  const what = `Large output (${types.join(', ')}; ${amount(size)})`;
  const url = `${link}?type=${encodeURIComponent(bestPart(types))}`;
  const html = `<a href="${escaped(url)}" target="_blank" rel="noopener">${escaped(what)}</a>`;
  return {
    output_type: type === 'execute_result' ? type : 'display_data',
    data: {
      [OUTPUT_REFERENCE_MIME]: reference,
      'text/html': html,
      'text/plain': `${what}, kept by In the Loop: ${url}`,
    },
    metadata: {},
    ...(type === 'execute_result' ? { execution_count: count ?? null } : {}),
  };
}

/** Roughly the code units that it takes in a document. */
export function sizeOf({ text, data, traceback }: OutputJson): number {
  let size = lengthOf(text) + lengthOf(traceback);
  if (typeof data === 'object' && data !== null)
    for (const value of Object.values(data)) size += lengthOf(value);
  return size;
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return value === undefined ? 0 : (JSON.stringify(value)?.length ?? 0);
}

function amount(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
