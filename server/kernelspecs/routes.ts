import type { Stats } from 'node:fs';
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
import type { KernelspecModel } from './kernelspec-model.ts';
import { isLogo, kernelspecModel } from './kernelspec-model.ts';

const KERNELSPEC = /^\/api\/kernelspecs\/([\w.%-]+)$/;
const RESOURCE = /^\/kernelspecs\/([\w.%-]+)\/(.*)$/;
/** Sends a file whose type is set already: compressed where that helps, in ranges, with 304 for who has it. */
export type SendFile = (
  request: Request,
  response: Response,
  file: { readonly path: string; readonly size: number; readonly modified: Date },
) => Promise<void>;

const MONTH_IN_SECONDS = 30 * 24 * 60 * 60;

/** `/api/kernelspecs` and the files that belong to kernelspecs (contract §2.4). */
export function kernelspecRoutes(deps: {
  readonly kernelspecs: KernelspecFinder;
  /** Folder with logos for a kernel of a place, whose own are not here. */
  logosOf(kernelspec: Kernelspec): Promise<string | null>;
  readonly baseUrl: string;
  readonly authorize: Authorize;
  readonly logger: Logger;
  readonly sendFile: SendFile;
}): Router {
  const { kernelspecs, baseUrl, authorize, logger, sendFile } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  /** What another machine says of its folders must not lead to files of this one. */
  const folderOf = async (kernelspec: Kernelspec): Promise<string | null> =>
    kernelspec.place === undefined ? kernelspec.resourceDirectory : deps.logosOf(kernelspec);
  const modelOf = async (kernelspec: Kernelspec, name: string): Promise<KernelspecModel> =>
    kernelspecModel(kernelspec, await folderOf(kernelspec), name, baseUrl);

  router.get('/api/kernelspecs', async (_request, response) => {
    authorize(identityOf(response), 'read', 'kernelspecs');
    const [found, defaultName] = await Promise.all([kernelspecs.list(), kernelspecs.defaultName()]);
    const models = await Promise.all(
      found.map(async (kernelspec) => [kernelspec.name, await modelOf(kernelspec, kernelspec.name)]),
    );
    if (models.length === 0) logger.warn('There is no kernelspec: install ipykernel, or another kernel');
    response.json({ default: defaultName, kernelspecs: Object.fromEntries(models) as object });
  });
  router.get(KERNELSPEC, async (request, response) => {
    authorize(identityOf(response), 'read', 'kernelspecs');
    const name = parameter(request, 0);
    response.json(await modelOf(await find(kernelspecs, name), name));
  });
  router.get(RESOURCE, async (request, response) => {
    authorize(identityOf(response), 'read', 'kernelspecs');
    const kernelspec = await find(kernelspecs, parameter(request, 0));
    const resourceDirectory = await folderOf(kernelspec);
    const path = parameter(request, 1);
    if (resourceDirectory === null || (kernelspec.place !== undefined && !isLogo(path)))
      throw new HttpError(404, '');
    const { size, mtime } = await statResource(resourceDirectory, path);
    const file = resolve(resourceDirectory, `.${sep}${path}`);
    if (/\.png$/i.test(file)) response.setHeader('Cache-Control', `max-age=${MONTH_IN_SECONDS}`);
    response.setHeader('Content-Type', lookup(file) || 'application/octet-stream');
    await sendFile(request, response, { path: file, size, modified: mtime });
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
async function statResource(directory: string, path: string): Promise<Stats> {
  const file = resolve(directory, `.${sep}${path}`);
  if (!isInside(directory, file)) throw new HttpError(403, `${path} is not in the kernelspec's folder`);
  const found = await stat(file).catch(() => null);
  if (found === null) throw new HttpError(404, '');
  if (!found.isFile()) throw new HttpError(403, `${path} is not a file`);
  if (!isInside(await realpath(directory), await realpath(file)))
    throw new HttpError(403, `${path} is not in the kernelspec's folder`);
  return found;
}

function isInside(directory: string, file: string): boolean {
  return file === directory || file.startsWith(join(directory, sep));
}

function parameter(request: Request, index: number): string {
  return String(request.params[String(index)]);
}
