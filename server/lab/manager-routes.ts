import { Router } from 'express';
import type { Request, Response } from 'express';
import { join } from 'node:path';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import { readJsonBody } from '../http-body.ts';
import { installedExtensions } from './installed-extensions.ts';
import { jsonReply } from './json-reply.ts';
import type { SendReply } from './json-reply.ts';
import type { LabApplication } from './lab-application.ts';
import type { ActionResult, PluginManager } from './plugin-manager.ts';

const MAXIMUM_BODY_BYTES = 64 * 1024;
const extensionAction = z.object({ cmd: z.string(), extension_name: z.string() });
const pluginAction = z.object({ cmd: z.string(), plugin_name: z.string() });

export interface ManagerDependencies {
  readonly application: LabApplication;
  readonly plugins: PluginManager;
  readonly authorize: Authorize;
  readonly send: SendReply;
}

/** `/lab/api/extensions` and `/lab/api/plugins`, where installing is left to the environment's package manager. */
export function managerRoutes({ application, plugins, authorize, send }: ManagerDependencies): Router {
  const router = Router({ strict: true });
  router.get('/lab/api/extensions', async (request, response) => {
    authorize(identityOf(response), 'read', 'lab');
    const { query } = request.query;
    response.setHeader('Link', pageLinks(request, typeof query === 'string' ? query : null));
    // What could be installed is not looked up: nothing can be installed from here.
    const extensions = query === undefined ? await installedExtensions(application) : [];
    await send(request, response, jsonReply(extensions));
  });
  router.post('/lab/api/extensions', async (request, response) => {
    authorize(identityOf(response), 'write', 'lab');
    const parsed = extensionAction.safeParse(await readJsonBody(request, MAXIMUM_BODY_BYTES));
    if (!parsed.success) throw new HttpError(400, 'An extension action needs "cmd" and "extension_name"');
    const { cmd, extension_name: name } = parsed.data;
    if (cmd === 'enable' || cmd === 'disable') sendResult(response, await plugins.toggle(name, cmd));
    else if (cmd === 'install' || cmd === 'uninstall') sendResult(response, refusal(application, cmd, name));
    else throw new HttpError(422, `Could not process instruction '${cmd}' with extension name '${name}'`);
  });
  router.get('/lab/api/plugins', async (request, response) => {
    authorize(identityOf(response), 'read', 'lab');
    await send(request, response, jsonReply(await plugins.locks()));
  });
  router.post('/lab/api/plugins', async (request, response) => {
    authorize(identityOf(response), 'write', 'lab');
    const parsed = pluginAction.safeParse(await readJsonBody(request, MAXIMUM_BODY_BYTES));
    if (!parsed.success) throw new HttpError(400, 'A plugin action needs "cmd" and "plugin_name"');
    const { cmd, plugin_name: name } = parsed.data;
    if ((cmd !== 'enable' && cmd !== 'disable') || name === '') {
      throw new HttpError(422, `Could not process instruction '${cmd}' with plugin name '${name}'`);
    }
    sendResult(response, await plugins.toggle(name, cmd));
  });
  return router;
}

function sendResult(response: Response, result: ActionResult): void {
  response.status(result.status === 'error' ? 500 : 201).json(result);
}

function refusal(
  { directories }: LabApplication,
  command: 'install' | 'uninstall',
  name: string,
): ActionResult {
  const python = join(directories.prefix, 'bin', 'python');
  const run = `${python} -m pip ${command} ${name}`;
  const message = `Extensions are ${command}ed with the environment's package manager. Run: ${run} — then reload the page.`;
  return { status: 'error', message, needs_restart: [] };
}

/** All that is installed is one page. */
function pageLinks(request: Request, query: string | null): string {
  const perPage = Number(request.query['per_page'] ?? 30) || 30;
  const path = request.originalUrl.split('?', 1)[0] ?? '';
  const searched = query === null ? '' : `&query=${encodeURIComponent(query)}`;
  const url = `${request.protocol}://${request.get('Host') ?? ''}${path}?page=1&per_page=${perPage}${searched}`;
  return `<${url}>; rel="last", <${url}>; rel="first"`;
}
