import { z } from 'zod';
import type { KernelLimits } from '../../kernel-bridge/kernel.ts';
import { HttpError } from '../http-error.ts';
import { requestedLimits } from '../requested-limits.ts';

/** What a client wants of a new session. */
export interface NewSession {
  readonly path: string;
  readonly name: string | null;
  readonly type: string;
  readonly kernelName: string | null;
  /** Of a running kernel, or the id that a new one is to get. */
  readonly kernelId: string | null;
  /** Of a new kernel. */
  readonly limits?: KernelLimits | undefined;
}

/** What a client wants changed; what is absent stays. */
export interface SessionChange {
  readonly path?: string;
  readonly name?: string | null;
  readonly type?: string;
  /** The id wins over the name. */
  readonly kernel?: { readonly id: string } | { readonly name: string };
}

const text = z.string().nullish();
const kernel = z.object({ name: text, id: text }).optional();
/** The API of old. */
const notebook = z.object({ name: z.string().optional(), path: z.string().optional() }).optional();
const newSession = z.object({
  path: z.string().optional(),
  name: text,
  type: z.string().optional(),
  kernel,
  notebook,
  limits: z.unknown().optional(),
});
const sessionChange = z.object({
  path: z.string().optional(),
  name: text,
  type: z.string().optional(),
  kernel,
  notebook,
});

/** @throws HttpError 400 where something is missing; ZodError, i.e. 500 as in Jupyter, for values of wrong types */
export function readNewSession(body: unknown): NewSession {
  if (body === null) throw new HttpError(400, 'No JSON data provided');
  const asked = newSession.parse(body);
  const path = asked.notebook?.name ?? asked.notebook?.path ?? asked.path;
  const type = asked.notebook === undefined ? asked.type : 'notebook';
  if (path === undefined) throw new HttpError(400, 'Missing field in JSON data: path');
  if (type === undefined) throw new HttpError(400, 'Missing field in JSON data: type');
  return {
    path,
    name: asked.name ?? null,
    type,
    kernelName: asked.kernel?.name || null,
    kernelId: asked.kernel?.id || null,
    limits: requestedLimits(asked.limits),
  };
}

/** @throws HttpError 400 where there is no body; ZodError, i.e. 500 as in Jupyter, for values of wrong types */
export function readSessionChange(body: unknown): SessionChange {
  if (body === null) throw new HttpError(400, 'No JSON data provided');
  // An empty list changes nothing in Jupyter.
  const asked = sessionChange.parse(Array.isArray(body) ? {} : body);
  const path = asked.notebook?.path ?? asked.path;
  const type = asked.notebook?.path === undefined ? asked.type : 'notebook';
  const { id, name: kernelName } = asked.kernel ?? {};
  return {
    ...(path === undefined ? {} : { path }),
    ...(asked.name === undefined ? {} : { name: asked.name }),
    ...(type === undefined ? {} : { type }),
    ...(typeof id === 'string' ? { kernel: { id } } : {}),
    ...(typeof id !== 'string' && typeof kernelName === 'string' ? { kernel: { name: kernelName } } : {}),
  };
}
