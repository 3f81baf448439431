import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import { DocumentError } from '../shared-document.ts';
import type { SharedDocuments } from '../shared-document.ts';
import { decodePath, withoutOuterSlashes } from '../url-path.ts';
import type { MissingDocuments } from './missing-documents.ts';
import { documentKind } from './room-id.ts';

const SESSION = /^\/api\/collaboration\/session\/(.*)$/;
const bodySchema = z.object({ format: z.string(), type: z.string() });

/**
 * `PUT /api/collaboration/session/{path}` (contract §6.1): which room a file's document is in. The session is the
 * document's history, the same after every restart (I3).
 */
export function sessionRoutes(deps: {
  readonly documents: SharedDocuments;
  readonly missing: MissingDocuments;
  readonly authorize: Authorize;
}): Router {
  const { documents, missing, authorize } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  router.put(SESSION, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'read', 'contents');
    const path = withoutOuterSlashes(decodePath(SESSION.exec(request.path)?.[1] ?? ''));
    const asked = bodySchema.safeParse(await readJsonBody(request));
    if (!asked.success) throw new HttpError(400, 'A session takes a format and a type');
    const { format, type } = asked.data;
    try {
      const kind = documentKind(format, type);
      if (kind === null)
        throw new DocumentError('not-shareable', `Files of type ${type}, ${format} are not shared`);
      const status = (await documents.isIdentified(path, kind)) ? 200 : 201;
      const { documentId, epoch } = await documents.identify(path, kind);
      response.status(status).json({ format, type, fileId: documentId, sessionId: epoch });
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      response.status(201).json({ format, type, fileId: missing.add(error), sessionId: randomUUID() });
    }
  });
  return router;
}
