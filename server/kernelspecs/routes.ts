import { realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { lookup } from 'mime-types';
import type { Logger } from 'pino';
import type { Kernelspec, KernelspecFinder } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import { kernelspecModel } from './kernelspec-model.ts';

const KERNELSPEC = /^\/api\/kernelspecs\/([\w.%-]+)$/;
const RESOURCE = /^\/kernelspecs\/([\w.%-]+)\/(.*)$/;
const MONTH_IN_SECONDS = 30 * 24 * 60 * 60;

/** `/api/kernelspecs` and the files that belong to kernelspecs (contract §2.4). */
export function kernelspecRoutes(deps: {
  readonly kernelspecs: KernelspecFinder;
  readonly baseUrl: string;
  readonly authorize: Authorize;
  readonly logger: Logger;
}): Router {
  const { kernelspecs, baseUrl, authorize, logger } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  router.get('/api/kernelspecs', async (_request, response) => {
    authorize(identityOf(response), 'read', 'kernelspecs');
    const [found, defaultName] = await Promise.all([kernelspecs.list(), kernelspecs.defaultName()]);
    const models = await Promise.all(
      found.map(async (kernelspec) => [
        kernelspec.name,
        await kernelspecModel(kernelspec, kernelspec.name, baseUrl),
      ]),
    );
    if (models.length === 0) logger.warn('There is no kernelspec: install ipykernel, or another kernel');
    response.json({ default: defaultName, kernelspecs: Object.fromEntries(models) as object });
  });
  router.get(KERNELSPEC, async (request, response) => {
    authorize(identityOf(response), 'read', 'kernelspecs');
    const name = parameter(request, 0);
    response.json(await kernelspecModel(await find(kernelspecs, name), name, baseUrl));
  });
  router.get(RESOURCE, async (request, response) => {
    authorize(identityOf(response), 'read', 'kernelspecs');
    const { resourceDirectory } = await find(kernelspecs, parameter(request, 0));
    await sendResource(response, resourceDirectory, parameter(request, 1));
  });
  return router;
}

/** Only by its own name: `python` names a kernel to start, and no kernelspec. @throws HttpError 404 */
async function find(kernelspecs: KernelspecFinder, name: string): Promise<Kernelspec> {
  const found = await kernelspecs.find(name);
  if (found === undefined || found.name.toLowerCase() !== name.toLowerCase())
    throw new HttpError(404, `Kernel spec ${name} not found`);
  return found;
}

/** @throws HttpError 403 for what is outside, by its path or by a link, and for folders; 404 */
async function sendResource(response: Response, directory: string, path: string): Promise<void> {
  const file = resolve(directory, `.${sep}${path}`);
  if (!isInside(directory, file)) throw new HttpError(403, `${path} is not in the kernelspec's folder`);
  const found = await stat(file).catch(() => null);
  if (found === null) throw new HttpError(404, '');
  if (!found.isFile()) throw new HttpError(403, `${path} is not a file`);
  if (!isInside(await realpath(directory), await realpath(file)))
    throw new HttpError(403, `${path} is not in the kernelspec's folder`);
  if (file.toLowerCase().endsWith('.png')) response.setHeader('Cache-Control', `max-age=${MONTH_IN_SECONDS}`);
  // Set here, for Express would add a charset.
  response.setHeader('Content-Type', lookup(file) || 'application/octet-stream');
  await new Promise<void>((done, failed) =>
    response.sendFile(file, { dotfiles: 'allow', cacheControl: false }, (error) => {
      // A client that went away was told all that it wanted.
      if (error && !response.headersSent) failed(error);
      else done();
    }),
  );
}

function isInside(directory: string, file: string): boolean {
  return file === directory || file.startsWith(join(directory, sep));
}

function parameter(request: Request, index: number): string {
  return String(request.params[String(index)]);
}
