import { Router } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { may } from '../auth/may.ts';
import { HttpError } from '../http-error.ts';
import { DocumentError } from '../shared-document.ts';
import type { SharedDocument, SharedDocuments } from '../shared-document.ts';
import { decodePath, withoutOuterSlashes } from '../url-path.ts';
import { answerJson, answerMissing } from './json-answer.ts';
import { documentKind, roomIdOf } from './room-id.ts';
import type { Timelines } from './timelines.ts';

const TIMELINE = /^\/api\/collaboration\/timeline\/(.+)$/;
const UNDO_REDO = /^\/api\/collaboration\/undo_redo\/.+$/;
const querySchema = z.object({
  action: z.enum(['undo', 'redo', 'restore']),
  steps: z.coerce.number().int().min(0).max(1_000_000),
  forkRoom: z.string(),
});

/** `GET /api/collaboration/timeline/{path}` and `PUT /api/collaboration/undo_redo/{room}` (contract §6.1). */
export function timelineRoutes(deps: {
  readonly documents: SharedDocuments;
  readonly timelines: () => Promise<Timelines>;
  readonly authorize: Authorize;
  /** Resolves once the file has what the document has now. */
  readonly save: (document: SharedDocument) => Promise<void>;
}): Router {
  const { documents, authorize, save } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  router.get(TIMELINE, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'read', 'contents');
    const path = withoutOuterSlashes(decodePath(TIMELINE.exec(request.path)?.[1] ?? ''));
    const { format, type } = request.query;
    const document = await openAt(documents, path, format, type);
    if (document === null) return answerMissing(response, 'Room not found');
    const hold = document.hold();
    try {
      // What cannot be saved can be looked back from all the same.
      if (may(authorize, identity, 'write', 'contents')) await save(document).catch(() => undefined);
      const timeline = await (await deps.timelines()).open(document);
      response.json({ roomId: roomIdOf(document), sessionId: document.epoch, ...timeline });
    } finally {
      hold.release();
    }
  });
  router.put(UNDO_REDO, async (request, response) => {
    authorize(identityOf(response), 'write', 'contents');
    const asked = querySchema.safeParse(request.query);
    if (!asked.success) throw new HttpError(400, 'Undo and redo take an action, steps and a forkRoom');
    const { action, steps, forkRoom } = asked.data;
    const timelines = await deps.timelines();
    if (!timelines.has(forkRoom)) return answerMissing(response, 'Fork document not found');
    if (action === 'restore') {
      timelines.end(forkRoom);
      answerJson(response, 200, { code: 200, status: 'Document restored successfully' });
    } else if (await timelines.move(forkRoom, action === 'undo' ? -steps : steps)) {
      answerJson(response, 200, { status: action === 'undo' ? 'undone' : 'redone' });
    } else answerJson(response, 200, { error: `No more ${action} operations available` });
  });
  return router;
}

async function openAt(
  documents: SharedDocuments,
  path: string,
  format: unknown,
  type: unknown,
): Promise<SharedDocument | null> {
  const kind = documentKind(format, type);
  if (kind === null) return null;
  try {
    const { documentId } = await documents.identify(path, kind);
    return await documents.open(documentId);
  } catch (error) {
    if (error instanceof DocumentError) return null;
    throw error;
  }
}
