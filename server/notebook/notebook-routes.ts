import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Router } from 'express';
import type { Request, Response } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { viewerPageConfig } from '../auth/viewer-page-config.ts';
import { HttpError } from '../http-error.ts';
import { escapeHtml, plainPage } from '../plain-page.ts';
import { redirect } from '../redirect.ts';
import { encodePath, withoutOuterSlashes } from '../url-path.ts';
import type { NotebookPackage } from './notebook-installation.ts';
import { notebookPageConfig } from './notebook-page-config.ts';
import type { PageConfig } from './notebook-page-config.ts';

/** What is at a path below the root; null for nothing, or nothing that is shown. */
export type ContentsKind = 'directory' | 'notebook' | 'file' | null;

export interface NotebookDependencies {
  readonly notebook: NotebookPackage;
  readonly authorize: Authorize;
  /** Starts and ends with `/`. */
  readonly baseUrl: string;
  readonly userConfigDirectory: string;
  /** The Python environment, to say where Notebook would have to be. */
  readonly prefix: string;
  /** The config that Lab's pages share, without a token; null where JupyterLab is not installed. */
  readonly labPageConfig: () => Promise<PageConfig | null>;
  /** Renders a page template with `page_config`, `base_url`, `ws_url` and `custom_css`. */
  readonly renderPage: (template: string, pageConfig: PageConfig, customCss: boolean) => Promise<string>;
  /** The token of the requester's own session; empty where it has none (I10). */
  readonly tokenFor: (request: Request) => string;
  /** @param path without a leading slash; empty for the root. */
  readonly kindOf: (path: string) => Promise<ContentsKind>;
}

/** Notebook 7's pages (contract §1.5). */
export function notebookRoutes(dependencies: NotebookDependencies): Router {
  const { authorize, kindOf, baseUrl } = dependencies;
  const router = Router();
  router.get(/^\/tree(\/.*)?$/, async (request, response) => {
    authorize(identityOf(response), 'read', 'contents');
    const path = pathIn(request);
    const kind = await kindOf(path);
    if (kind === null) throw new HttpError(404, 'Not Found');
    if (kind === 'directory') await sendPage(dependencies, request, response, 'tree', { treePath: path });
    else redirect(response, `${baseUrl}${kind === 'notebook' ? 'notebooks' : 'files'}/${encodePath(path)}`);
  });
  router.get(/^\/notebooks(\/.*)?$/, async (request, response) => {
    authorize(identityOf(response), 'read', 'contents');
    const path = pathIn(request);
    if ((await kindOf(path)) === 'directory')
      redirect(response, `${baseUrl}tree${path && '/'}${encodePath(path)}`);
    else await sendPage(dependencies, request, response, 'notebooks', {});
  });
  for (const [pattern, page] of OTHER_PAGES) {
    router.get(pattern, async (request, response) => {
      authorize(identityOf(response), 'read', 'lab');
      await sendPage(dependencies, request, response, page, {});
    });
  }
  router.get('/custom/custom.css', async (_request, response) => {
    authorize(identityOf(response), 'read', 'lab');
    response.setHeader('Content-Type', 'text/css; charset=utf-8');
    response.setHeader('Cache-Control', 'no-cache');
    response.end(await customCss(dependencies));
  });
  return router;
}

const OTHER_PAGES = [
  [/^\/edit(\/.*)?$/, 'edit'],
  [/^\/consoles\/(.*)$/, 'consoles'],
  [/^\/terminals\/(.*)$/, 'terminals'],
] as const;

async function sendPage(
  dependencies: NotebookDependencies,
  request: Request,
  response: Response,
  page: string,
  address: PageConfig,
): Promise<void> {
  const { notebook, labPageConfig, renderPage, tokenFor, prefix } = dependencies;
  const installation = await notebook.installation();
  const lab = await labPageConfig();
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  // It holds the token: no cache keeps it.
  response.setHeader('Cache-Control', 'no-store');
  if (installation === null || lab === null) {
    response
      .status(503)
      .end(plainPage(missingBody(installation === null ? 'Jupyter Notebook' : 'JupyterLab', prefix)));
    return;
  }
  const config = {
    ...notebookPageConfig(lab, installation, dependencies),
    ...viewerPageConfig(identityOf(response)),
    ...address,
    token: tokenFor(request),
  };
  response.end(await renderPage(join(installation.templates, `${page}.html`), config, true));
}

function missingBody(product: string, prefix: string): string {
  const command = `${join(prefix, 'bin', 'python')} -m pip install notebook`;
  return (
    `<h1>${product} is not installed</h1>\n` +
    `<p>There is none in ${escapeHtml(prefix)}. Install it with:</p>\n<pre>${escapeHtml(command)}</pre>\n` +
    `<p class="quiet">Then reload this page.</p>`
  );
}

/** The person's own stylesheet, or the empty one of the package. */
async function customCss({ notebook, userConfigDirectory }: NotebookDependencies): Promise<Buffer> {
  const own = await readFile(join(userConfigDirectory, 'custom', 'custom.css')).catch(() => null);
  if (own !== null) return own;
  const installation = await notebook.installation();
  const packaged = installation === null ? null : await readFile(installation.customCss).catch(() => null);
  return packaged ?? Buffer.alloc(0);
}

function pathIn(request: Request): string {
  return withoutOuterSlashes(String(request.params[0] ?? ''));
}
