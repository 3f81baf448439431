import { readFile, stat } from 'node:fs/promises';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { join } from 'node:path';
import { HttpError } from '../http-error.ts';
import { DerivedFromFiles } from './derived-from-files.ts';
import { packageDirectories } from './federated-extensions.ts';
import { textReply } from './json-reply.ts';
import type { LabReply, SendReply } from './json-reply.ts';
import type { LabApplication } from './lab-application.ts';
import { absoluteThemeUrls } from './theme-css.ts';

/** Sends a file from a search path. @throws HttpError 404. */
export type SendFile = (
  request: Request,
  response: Response,
  directories: readonly string[],
  path: string,
  links: 'linked-directories',
) => Promise<void>;

const THEMES_URL = 'lab/api/themes/';
/** Themes installed at one time; a bound for the memory, not for what can be installed. */
const MOST_KEPT = 64;

/** `/lab/api/themes/…`: files of installed themes, which anybody may read, as in Jupyter. */
export function themeRoutes(application: LabApplication, send: SendReply, sendFile: SendFile): Router {
  const router = Router();
  const { baseUrl } = application.server;
  const directories = new DerivedFromFiles(async (inputs) => {
    const found: string[] = [];
    for (const folder of application.labextensions) {
      for (const extension of await packageDirectories(inputs, folder)) {
        const themes = join(extension, 'themes');
        if ((await inputs.stat(themes))?.isDirectory()) found.push(themes);
      }
    }
    return [...found, ...application.directories.applications.map((directory) => join(directory, 'themes'))];
  });
  const rewritten = new Map<string, { readonly modified: number; readonly reply: LabReply }>();
  router.get('/lab/api/themes/{*path}', async (request, response) => {
    const segments = (request.params['path'] as unknown as readonly string[] | undefined) ?? [];
    const searched = await directories.get();
    if (!segments.at(-1)?.endsWith('.css')) {
      await sendFile(request, response, searched, segments.join('/'), 'linked-directories');
      return;
    }
    await send(request, response, await cssReply(searched, segments, baseUrl, rewritten));
  });
  return router;
}

async function cssReply(
  directories: readonly string[],
  segments: readonly string[],
  baseUrl: string,
  kept: Map<string, { readonly modified: number; readonly reply: LabReply }>,
): Promise<LabReply> {
  const unsafe = (segment: string): boolean => segment === '' || segment === '..' || /[\\/\0]/.test(segment);
  if (segments.some(unsafe)) throw new HttpError(404, 'Not Found');
  for (const directory of directories) {
    const path = join(directory, ...segments);
    const stats = await stat(path).catch(() => null);
    if (!stats?.isFile()) continue;
    const known = kept.get(path);
    if (known?.modified === stats.mtimeMs) return known.reply;
    const folder = segments
      .slice(0, -1)
      .map((segment) => `${encodeURIComponent(segment).replace('%40', '@')}/`);
    const css = absoluteThemeUrls(await readFile(path, 'utf8'), baseUrl + THEMES_URL + folder.join(''));
    const reply = { ...textReply(css, 'text/css; charset=utf-8'), modified: stats.mtime };
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(path, { modified: stats.mtimeMs, reply });
    return reply;
  }
  throw new HttpError(404, 'Not Found');
}
