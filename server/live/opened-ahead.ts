import { Router } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import type { Identity } from '../auth/identity.ts';
import type { SharedDocuments } from '../shared-document.ts';

/** Pages of one notebook: JupyterLab's, in its two modes, and Notebook's. */
const PAGE = /^\/(?:(?:lab|doc)(?:\/workspaces\/[^/]+)?\/tree|notebooks)\/(.+\.ipynb)$/;

/**
 * A page that shows a notebook asks for its document once it has loaded itself, which takes seconds: the document is
 * opened meanwhile. To be asked before the routes of the pages.
 */
export function openedAhead(
  documents: SharedDocuments,
  /** Pages ask for documents: our extension is not disabled in them. */
  isAskedFor: () => Promise<boolean>,
  authorize: Authorize,
): Router {
  const router = Router();
  router.use((request, response, next) => {
    const [, encoded] = (request.method === 'GET' && PAGE.exec(request.path)) || [];
    if (encoded !== undefined)
      response.once('finish', () => {
        if (response.statusCode === 200) void openAhead(encoded, identityOf(response));
      });
    next();
  });

  async function openAhead(encoded: string, identity: Identity): Promise<void> {
    try {
      authorize(identity, 'read', 'contents');
      if (!(await isAskedFor())) return;
      const kind = { type: 'notebook', format: 'json' } as const;
      const { documentId } = await documents.identify(decodeURIComponent(encoded), kind);
      // It stays loaded for a while, for the page to join.
      await documents.open(documentId);
    } catch {
      // The page asks for it itself, and is told why it cannot have it.
    }
  }
  return router;
}
