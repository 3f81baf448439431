import type { Request } from 'express';
import { readTextBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import type { ContentType, FileFormat } from './content-model.ts';
import type { GetOptions } from './content-store.ts';
import type { JsonObject } from './json-object.ts';
import { isJsonObject } from './json-object.ts';
import { parseLosslessJson } from './lossless-json.ts';
import { reprText } from '../python-text.ts';
import { reprValue } from './python-repr.ts';

/**
 * The body of a contents request; null for none, which an empty object counts as (Jupyter asks for its truth).
 * Numbers keep their digits: a notebook saved by a program may hold what a double cannot.
 * @throws HttpError 400
 */
export async function readBody(request: Request): Promise<JsonObject | null> {
  const text = await readTextBody(request);
  let value: unknown;
  try {
    value = text === '' ? null : parseLosslessJson(text);
  } catch (error) {
    throw new HttpError(400, 'Invalid JSON in body of request', null, { cause: error });
  }
  if (value === null || value === false || value === 0 || value === '') return null;
  if (Array.isArray(value) && value.length === 0) return null;
  if (!isJsonObject(value)) throw new HttpError(400, 'The body of the request must be a JSON object');
  return value;
}

/** The query of a GET. Keys that nobody knows, with or without a value, are ignored (contract §2.1). */
export function getOptions(query: URLSearchParams): GetOptions {
  const last = (key: string): string | null => query.getAll(key).at(-1)?.trim() ?? null;
  const format = last('format');
  if (format !== null && format !== 'text' && format !== 'base64') {
    throw new HttpError(400, `Format ${reprText(format)} is invalid`);
  }
  const type = last('type');
  return {
    type: type === null ? null : knownType(type),
    format: format satisfies FileFormat | null,
    content: flag(last('content') ?? '1', (text) => `Content ${text} is invalid`),
    hash: flag(last('hash') ?? '0', (text) => `Hash argument ${text} is invalid. It must be '0' or '1'.`),
  };
}

function flag(text: string, complaint: (text: string) => string): boolean {
  if (text !== '0' && text !== '1') throw new HttpError(400, complaint(reprText(text)));
  return text === '1';
}

/** Unknown types are files (contract §10.16). */
export function knownType(type: unknown): ContentType {
  return type === 'directory' || type === 'notebook' ? type : 'file';
}

/** A string of the body. @throws HttpError 400 for anything else */
export function textOf(value: unknown, key: string): string {
  if (typeof value === 'string') return value;
  throw new HttpError(400, `${key} must be a string, not ${reprValue(value)}`);
}
