import { Router } from 'express';
import type { Request } from 'express';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import type { Kernels } from './kernels.ts';
import type { StartKernel } from './start-kernel.ts';
import { hostIn } from '../host-header.ts';
import { requestedLimits } from '../requested-limits.ts';
import { launchEnvironment } from './launch-environment.ts';

/** As Jupyter's ids look; anything else is an unknown path. */
const ID = String.raw`(\w+-\w+-\w+-\w+-\w+)`;
const KERNEL = new RegExp(`^/api/kernels/${ID}$`);
const INTERRUPT = new RegExp(`^/api/kernels/${ID}/interrupt$`);
const RESTART = new RegExp(`^/api/kernels/${ID}/restart$`);

/** `/api/kernels` (contract §2.4). */
export function kernelRoutes(deps: {
  readonly kernels: Kernels;
  readonly baseUrl: string;
  readonly authorize: Authorize;
}): Router {
  const { kernels, baseUrl, authorize } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  router.get('/api/kernels', (_request, response) => {
    authorize(identityOf(response), 'read', 'kernels');
    response.json(kernels.list());
  });
  router.post('/api/kernels', async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'write', 'kernels');
    const { model } = await start(kernels, {
      ...readStart(await readJsonBody(request), identity.username),
      host: hostIn(request),
    });
    response.setHeader('Location', `${baseUrl}api/kernels/${encodeURIComponent(model.id)}`);
    response.status(201).json(model);
  });
  router.get(KERNEL, (request, response) => {
    authorize(identityOf(response), 'read', 'kernels');
    response.json(kernels.get(idIn(request)).model);
  });
  router.delete(KERNEL, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'write', 'kernels');
    await kernels.shutdown(idIn(request), identity.username);
    response.status(204).end();
  });
  router.post(INTERRUPT, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'write', 'kernels');
    await kernels.interrupt(idIn(request), identity.username);
    response.status(204).end();
  });
  router.post(RESTART, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'write', 'kernels');
    // Jupyter words every failure so, an unknown kernel's too. Where a kernel cannot be restarted, a person is told why.
    const kernel = await kernels
      .restart(idIn(request), identity.username, hostIn(request))
      .catch((error: unknown) => {
        const isRefused = error instanceof KernelError && error.code === 'KERNEL_LAUNCH_FAILED';
        const message = isRefused ? `It was not restarted: ${error.message}` : 'Exception restarting kernel';
        throw new HttpError(500, message, null, { cause: error });
      });
    response.json(kernel.model);
  });
  return router;
}

async function start(kernels: Kernels, request: StartKernel): ReturnType<Kernels['start']> {
  try {
    return await kernels.start(request);
  } catch (error) {
    // An unknown name is an unexpected error in Jupyter; why a known one did not start is worth telling.
    if (error instanceof KernelError && error.code === 'KERNEL_LAUNCH_FAILED')
      throw new HttpError(500, error.message, null, { cause: error });
    throw error;
  }
}

/** @throws TypeError for what Jupyter answers with 500 "Unhandled error"; HttpError 400 for limits that are wrong */
function readStart(body: unknown, actor: string): StartKernel {
  if (body !== null && (typeof body !== 'object' || Array.isArray(body)))
    throw new TypeError('The body of a kernel request is not an object');
  const { name, kernel_id, path, env, limits } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (!isTextOrNothing(name) || !isTextOrNothing(kernel_id))
    throw new TypeError('The name or kernel_id of a kernel request is not a text');
  const environment = launchEnvironment(env);
  return {
    actor,
    name,
    kernelId: kernel_id,
    path: typeof path === 'string' ? path : null,
    workingDirectory: environment['KERNEL_WORKING_DIR'],
    environment,
    limits: requestedLimits(limits),
  };
}

function isTextOrNothing(value: unknown): value is string | null {
  return value === undefined || value === null || typeof value === 'string';
}

function idIn(request: Request): string {
  return String(request.params['0']);
}
