import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeBase64Lines } from './base64-text.ts';
import type { JsonObject } from './json-object.ts';
import { isJsonObject } from './json-object.ts';
import { notebookDigest } from './notebook-digest.ts';
import type { Notebook } from './notebook-format.ts';
import { SignatureStore } from './signature-store.ts';
import { isSystemError } from './system-failure.ts';

const SECRET_BYTES = 1024;

/** Which notebooks a person trusts: signed with Jupyter's own secret, in Jupyter's own database. */
export class NotebookTrust {
  readonly #secretFile: string;
  readonly #store: SignatureStore;
  #secret: Uint8Array | null = null;

  /** @param userData the person's Jupyter data folder */
  constructor(userData: string, warn: (message: string) => void) {
    this.#secretFile = join(userData, 'notebook_secret');
    this.#store = new SignatureStore(join(userData, 'nbsignatures.db'), warn);
  }

  isSigned(notebook: Notebook): boolean {
    return this.#store.has(this.#digest(notebook));
  }

  sign(notebook: Notebook): void {
    this.#store.add(this.#digest(notebook));
  }

  close(): void {
    this.#store.close();
  }

  #digest(notebook: Notebook): string {
    this.#secret ??= this.#readSecret();
    return notebookDigest(notebook, this.#secret);
  }

  #readSecret(): Uint8Array {
    try {
      return readFileSync(this.#secretFile);
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    }
    const secret = Buffer.from(encodeBase64Lines(randomBytes(SECRET_BYTES)));
    mkdirSync(dirname(this.#secretFile), { recursive: true, mode: 0o700 });
    try {
      writeFileSync(this.#secretFile, secret, { flag: 'wx', mode: 0o600 });
      chmodSync(this.#secretFile, 0o600);
      return secret;
    } catch (error) {
      // Another server made it in the same moment: its secret counts.
      if (isSystemError(error) && error.code === 'EEXIST') return readFileSync(this.#secretFile);
      throw error;
    }
  }
}

/** Every code cell gets `metadata.trusted`, which only clients see: it says whether outputs are rendered as they are. */
export function markCells(notebook: Notebook, trusted: boolean): Notebook {
  const cells = notebook.cells.map((cell) =>
    cell['cell_type'] === 'code'
      ? { ...cell, metadata: { ...(cell['metadata'] as JsonObject), trusted } }
      : cell,
  );
  return { ...notebook, cells };
}

/**
 * Whether every code cell that a client sent is trusted: marked so, or without rich outputs. Ask before the marks are
 * stripped.
 */
export function areCellsTrusted(cells: readonly JsonObject[]): boolean {
  return cells.every((cell) => {
    if (cell['cell_type'] !== 'code') return true;
    const { metadata, outputs } = cell;
    if (isJsonObject(metadata) && isTruthy(metadata['trusted'])) return true;
    return !Array.isArray(outputs) || !outputs.some(isRich);
  });
}

/** Data that a browser would render: its keys beyond the harmless ones. */
function isRich(output: unknown): boolean {
  if (!isJsonObject(output)) return false;
  const type = output['output_type'];
  if (type !== 'execute_result' && type !== 'display_data') return false;
  return Object.keys(output).some((key) => !['output_type', 'execution_count', 'metadata'].includes(key));
}

/** Python's truth: an empty list or object is false, too. */
function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isJsonObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}
