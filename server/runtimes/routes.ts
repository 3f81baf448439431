import { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import type { MovedAnswer, RuntimeLogAnswer, RuntimesAnswer } from '../wire/places-api.ts';
import type { WarmKernelsModel } from '../wire/warm-kernels.ts';
import type { Runtimes } from './runtimes.ts';

const RUNTIMES = '/api/in-the-loop/v1/runtimes';
const LARGEST_BODY = 64 * 1024;

const moveSchema = z.strictObject({ kernelspec: z.string().min(1).max(300) });

/** What is done with kernels here. `actor` is the name of the user who asks. */
export interface RuntimeActions {
  /** @throws HttpError 404, 409 where no notebook runs on it; KernelError where the other one does not start, with this one as it was */
  move(kernelId: string, kernelspec: string, actor: string): Promise<MovedAnswer>;
  /** @throws HttpError 404; KernelError */
  end(kernelId: string, actor: string): Promise<MovedAnswer>;
  /** @throws HttpError 404 */
  log(kernelId: string): Promise<string>;
}

/** `/api/in-the-loop/v1/runtimes`: see docs/places.md. */
export function runtimeRoutes(deps: {
  readonly runtimes: Runtimes;
  readonly actions: RuntimeActions;
  /** What waits for a notebook. */
  readonly warm: () => readonly WarmKernelsModel[];
  readonly authorize: Authorize;
}): Router {
  const { runtimes, actions, authorize } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  router.get(RUNTIMES, async (_request, response) => {
    authorize(identityOf(response), 'read', 'kernels');
    authorize(identityOf(response), 'read', 'places');
    const answer: RuntimesAnswer = { runtimes: await runtimes.list(), warm: deps.warm() };
    response.json(answer);
  });
  router.get(`${RUNTIMES}/:kernel/log`, async (request, response) => {
    authorize(identityOf(response), 'read', 'kernels');
    const answer: RuntimeLogAnswer = { text: await actions.log(kernelIn(request)) };
    response.json(answer);
  });
  router.post(`${RUNTIMES}/:kernel/move`, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'write', 'kernels');
    authorize(person, 'write', 'sessions');
    const parsed = moveSchema.safeParse(await readJsonBody(request, LARGEST_BODY));
    if (!parsed.success)
      throw new HttpError(400, z.prettifyError(parsed.error), null, { cause: parsed.error });
    try {
      response.json(await actions.move(kernelIn(request), parsed.data.kernelspec, person.username));
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      const status = error.code === 'KERNEL_SPEC_UNKNOWN' ? 404 : 502;
      throw new HttpError(status, `${error.message} The notebook keeps its kernel.`, null, { cause: error });
    }
  });
  router.delete(`${RUNTIMES}/:kernel`, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'write', 'kernels');
    response.json(await actions.end(kernelIn(request), person.username));
  });
  return router;
}

function kernelIn(request: Request): string {
  return String(request.params['kernel']);
}
