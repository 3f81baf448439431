import type { SessionKernel } from './session-kernels.ts';

/** Which document runs on which kernel. */
export interface Session {
  readonly id: string;
  /** Exactly as the client sent it: Lab gives a session up whose path comes back changed (contract §4). */
  readonly path: string;
  readonly name: string | null;
  readonly type: string;
  readonly kernelId: string;
}

/** A session as REST shows it (contract §2.4). */
export interface SessionModel {
  readonly id: string;
  readonly path: string;
  readonly name: string | null;
  readonly type: string;
  readonly kernel: SessionKernel;
  /** The API of old, which clients still read. */
  readonly notebook?: { readonly path: string; readonly name: string | null };
}

export function sessionModel({ id, path, name, type }: Session, kernel: SessionKernel): SessionModel {
  const model = { id, path, name, type, kernel };
  return type === 'notebook' ? { ...model, notebook: { path, name } } : model;
}
