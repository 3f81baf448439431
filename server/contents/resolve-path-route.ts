import { lstat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RequestHandler } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import type { ContentStore } from './content-store.ts';

/** A kernel's working directory; null where it is not known (another machine), undefined for no such kernel. */
export type KernelDirectory = (kernelId: string) => string | null | undefined;

/** `GET /api/resolvePath?path=&kernel=`: what a path in an output means, to the server and to the kernel. */
export function resolvePathRoute(dependencies: {
  readonly store: ContentStore;
  readonly authorize: Authorize;
  readonly kernelDirectory: KernelDirectory;
}): RequestHandler {
  const { store, authorize, kernelDirectory } = dependencies;
  return async (request, response) => {
    authorize(identityOf(response), 'read', 'contents');
    const query = new URL(request.url, 'http://local').searchParams;
    const path = query.get('path');
    if (path === null) throw new HttpError(400, 'Missing argument path');
    const resolved: { scope: string; path: string }[] = [];
    const inRoot = await store.resolve(path);
    if (inRoot !== null) resolved.push({ scope: 'server', path: inRoot });
    const kernelId = query.get('kernel');
    if (kernelId === null || kernelId === '') return void response.json({ resolved });
    const directory = kernelDirectory(kernelId);
    if (directory === undefined) {
      const reason = `Kernel ${kernelId} could not be found`;
      return void response.json({ resolved, unresolved: [{ scope: 'kernel', reason }] });
    }
    const atKernel = directory === null ? null : await resolveAtKernel(path, directory);
    if (atKernel !== null) resolved.push({ scope: 'kernel', path: atKernel });
    response.json({ resolved });
  };
}

async function resolveAtKernel(path: string, directory: string): Promise<string | null> {
  const absolute = /^~(?=\/|$)/.test(path) ? join(homedir(), path.slice(1)) : resolve(directory, path);
  try {
    await lstat(absolute);
    return absolute;
  } catch {
    return null; // Not there, or not to be seen: nothing to link to.
  }
}
