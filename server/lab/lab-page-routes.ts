import { Router } from 'express';
import type { Request, Response } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { contentSecurityPolicy } from '../content-security-policy.ts';
import { escapeHtml, plainPage } from '../plain-page.ts';
import { redirect } from '../redirect.ts';
import { withoutOuterSlashes } from '../url-path.ts';
import { missingLabMessage } from './lab-installation.ts';
import type { LabApplication } from './lab-application.ts';
import type { LabPageAddress, LabPages } from './lab-pages.ts';

export interface LabPageDependencies {
  readonly application: LabApplication;
  readonly pages: LabPages;
  readonly authorize: Authorize;
  /** The token of the requester's own session, for the page's websockets; empty where it has a cookie alone (I10). */
  readonly tokenFor: (request: Request) => string;
}

const PAGE = /^\/(lab|doc)(?:\/workspaces\/([a-zA-Z0-9_-]+))?(?:\/tree\/(.*))?$/;

/**
 * JupyterLab's pages. Any other address under `/lab` gets the page too, which then says that there is nothing there,
 * so this router comes after all others under `/lab`.
 */
export function labPageRoutes(dependencies: LabPageDependencies): Router {
  const router = Router({ strict: true, caseSensitive: true });
  // One route for all, because Express would decode a path before this could look at it.
  router.get([/^\/lab(?:\/.*)?$/, /^\/doc(?:\/.*)?$/], async (request, response, next) => {
    dependencies.authorize(identityOf(response), 'read', 'lab');
    if (request.path.endsWith('/')) {
      redirectWithoutSlash(request, response);
      return;
    }
    const address = addressOf(request);
    if (address === null) next();
    else await sendPage(dependencies, request, response, address);
  });
  return router;
}

/** null for `/doc/…` that names no document: unlike `/lab/…` that is an unknown page like any other. */
function addressOf(request: Request): LabPageAddress | null {
  const match = PAGE.exec(request.path);
  if (match !== null) {
    const [, mode, workspace = 'default', tree = ''] = match;
    return {
      mode: mode === 'doc' ? 'single-document' : 'multiple-document',
      workspace,
      treePath: decodeURIComponent(tree),
    };
  }
  if (request.path.startsWith('/doc')) return null;
  const notFoundUrl = pathOf(request.originalUrl);
  return { mode: 'multiple-document', workspace: 'default', treePath: '', notFoundUrl };
}

async function sendPage(
  { application, pages, tokenFor }: LabPageDependencies,
  request: Request,
  response: Response,
  address: LabPageAddress,
): Promise<void> {
  const html = await pages.render(address, tokenFor(request), identityOf(response));
  // Also where an unknown address looks like one of the API's: what is shown there is a page, with scripts.
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(application.server.baseUrl, 'page'));
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  // It holds the token: no cache keeps it. It is not compressed either, because it also holds what the address says,
  // and the size of both together would tell them apart (BREACH).
  response.setHeader('Cache-Control', 'no-store');
  if (html === null) {
    response.status(503).end(plainPage(missingLabBody(missingLabMessage(application.directories))));
    return;
  }
  response.end(html);
}

function missingLabBody(message: string): string {
  return `<h1>JupyterLab is not installed</h1>\n<p>${escapeHtml(message)}</p>\n<p class="quiet">Then reload this page.</p>`;
}

function redirectWithoutSlash(request: Request, response: Response): void {
  const path = pathOf(request.originalUrl);
  // A path of slashes alone would become another host's address.
  const target = `/${withoutOuterSlashes(path)}`;
  redirect(response, target + request.originalUrl.slice(path.length), 301);
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}
