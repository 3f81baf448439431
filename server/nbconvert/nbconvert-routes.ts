import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Response, Router as RouterType } from 'express';
import { Router } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import { redirect } from '../redirect.ts';
import { decodePath, encodePath, withoutOuterSlashes } from '../url-path.ts';
import type { Conversion } from './nbconvert.ts';
import { Nbconvert } from './nbconvert.ts';

/** What is read of contents: a notebook to convert, and where its images are. */
export interface NotebookSource {
  get(
    path: string,
    options: { readonly content: true; readonly type: null; readonly format: null; readonly hash: false },
    actor: string,
  ): Promise<{
    readonly type: string;
    readonly name: string;
    readonly content: unknown;
    readonly last_modified: string;
  }>;
  locateFile(path: string): Promise<{ readonly diskPath: string }>;
}

export interface NbconvertDependencies {
  readonly notebooks: NotebookSource;
  /** Starts and ends with `/`. */
  readonly baseUrl: string;
  readonly authorize: Authorize;
  /** The Python environment whose nbconvert is run. */
  readonly prefix: string;
  /** The person's Jupyter config folder, where templates may be. */
  readonly userConfig: string;
}

const postedSchema = z.object({
  name: z.string().default('notebook.ipynb'),
  content: z.record(z.string(), z.unknown()),
});

/** `/api/nbconvert` and `/nbconvert/<format>…` (contract §2.3), by the environment's own nbconvert. */
export function nbconvertRoutes(dependencies: NbconvertDependencies): RouterType {
  const { notebooks, baseUrl, authorize, prefix, userConfig } = dependencies;
  const nbconvert = new Nbconvert(prefix);
  const router = Router({ caseSensitive: true });

  router.get('/api/nbconvert', async (_request, response) => {
    authorize(identityOf(response), 'read', 'nbconvert');
    response.json(await nbconvert.exporters());
  });

  router.get(/^\/nbconvert\/\w+(?:\/[^/]+)+$/, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'read', 'nbconvert');
    authorize(identity, 'read', 'contents');
    const [, format = '', encoded = ''] = /^\/nbconvert\/(\w+)\/(.*)$/.exec(request.path) ?? [];
    const path = withoutOuterSlashes(decodePath(encoded));
    const options = { content: true, type: null, format: null, hash: false } as const;
    const model = await notebooks.get(path, options, identity.username);
    if (model.type !== 'notebook') {
      const page = model.type === 'directory' ? 'tree' : 'files';
      return redirect(response, `${baseUrl}${page}/${encodePath(path)}`);
    }
    const query = new URL(request.url, 'http://local').searchParams;
    const sanitize = query.get('sanitize_html');
    const title = withoutExtension(model.name);
    const directory = dirname((await notebooks.locateFile(path)).diskPath);
    const metadata = { name: title, modified_date: longDate(model.last_modified), path: directory };
    const conversion: Conversion = {
      format,
      notebook: model.content,
      title,
      resources: { metadata, config_dir: userConfig },
      sanitizeHtml: sanitize === null ? null : sanitize.toLowerCase() === 'true',
    };
    const headers = {
      'Last-Modified': new Date(model.last_modified).toUTCString(),
      'Cache-Control': 'no-store, no-cache, must-revalidate, max-age=0',
    };
    await answer(response, nbconvert, conversion, headers, query.get('download')?.toLowerCase() === 'true');
  });

  router.post(/^\/nbconvert\/\w+$/, async (request, response) => {
    // Nothing is looked at: what is sent is worked on here, by LaTeX or a browser for some formats.
    authorize(identityOf(response), 'execute', 'nbconvert');
    const posted = postedSchema.safeParse(await readJsonBody(request));
    if (!posted.success) throw new HttpError(400, 'The body must be {"name": …, "content": a notebook}');
    const { name, content } = posted.data;
    const title = withoutExtension(name);
    const resources = { metadata: { name: title }, config_dir: userConfig };
    const format = request.path.slice('/nbconvert/'.length);
    const conversion = { format, notebook: content, title, resources, sanitizeHtml: null };
    await answer(response, nbconvert, conversion, {}, false);
  });

  return router;
}

async function answer(
  response: Response,
  nbconvert: Nbconvert,
  conversion: Conversion,
  headers: Readonly<Record<string, string>>,
  asAttachment: boolean,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const { header, body } = await nbconvert.convert(conversion, gone.signal);
  const isArchive = header['zip'] === true;
  const extension = isArchive ? '.zip' : String(header['extension']);
  const type = isArchive ? 'application/zip' : `${String(header['mimetype'])}; charset=utf-8`;
  for (const [key, value] of Object.entries(headers)) response.setHeader(key, value);
  if (isArchive || header['mimetype']) response.setHeader('Content-Type', type);
  if (isArchive || asAttachment) {
    const name = encodePath(conversion.title + extension);
    response.setHeader('Content-Disposition', `attachment; filename*=utf-8''${name}`);
  }
  await pipeline(body, response).catch((error: unknown) => {
    // Who has gone away needs no answer; anything else is for the log.
    if (!gone.signal.aborted) throw error;
  });
}

const withoutExtension = (name: string): string => name.replace(/(?<=.)\.[^.]*$/, '');

/** `November 21, 2026`, as nbconvert's templates show it. */
function longDate(isoTime: string): string {
  const parts = { timeZone: 'UTC', year: 'numeric', month: 'long', day: 'numeric' } as const;
  return new Date(isoTime).toLocaleDateString('en-US', parts);
}
