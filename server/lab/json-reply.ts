import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';

/** A whole reply. Who keeps the object for as long as its content holds has it compressed only once. */
export interface LabReply {
  readonly body: Buffer;
  readonly contentType: string;
  /** Quoted. */
  readonly etag: string;
  /** Of the file that it was made from. */
  readonly modified?: Date;
}

/** Sends a reply, compressed where the client takes that. */
export type SendReply = (request: Request, response: Response, reply: LabReply) => Promise<void>;

export function jsonReply(value: unknown): LabReply {
  return textReply(JSON.stringify(value), 'application/json');
}

export function textReply(text: string, contentType: string): LabReply {
  const body = Buffer.from(text);
  return { body, contentType, etag: `W/"${createHash('sha1').update(body).digest('hex')}"` };
}
