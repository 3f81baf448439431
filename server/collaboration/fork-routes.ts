import { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import { DocumentError } from '../shared-document.ts';
import type { SharedDocument, SharedDocuments } from '../shared-document.ts';
import { decodePath } from '../url-path.ts';
import { FORK_EVENTS } from './collaboration-events.ts';
import type { EmitEvent } from './collaboration-events.ts';
import type { Forks } from './forks.ts';
import { answerMissing } from './json-answer.ts';
import { parseRoomId } from './room-id.ts';

const FORK = /^\/api\/collaboration\/fork\/(.+)$/;
const bodySchema = z.object({
  synchronize: z.boolean().default(false),
  title: z.string().default(''),
  description: z.string().default(''),
});

/** `/api/collaboration/fork/{room}`: copies of a document to try something in (contract §6.1). */
export function forkRoutes(deps: {
  readonly documents: SharedDocuments;
  readonly forks: () => Promise<Forks>;
  readonly authorize: Authorize;
  readonly emit: EmitEvent;
}): Router {
  const { documents, authorize, emit } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  router.get(FORK, async (request, response) => {
    authorize(identityOf(response), 'read', 'contents');
    response.json((await deps.forks()).of(roomIn(request)));
  });
  router.put(FORK, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'write', 'contents');
    const asked = bodySchema.safeParse((await readJsonBody(request)) ?? {});
    if (!asked.success) throw new HttpError(400, 'A fork takes synchronize, title and description');
    const rootRoomId = roomIn(request);
    const root = await openRoot(documents, rootRoomId);
    if (root === null) return answerMissing(response, 'Root room not found');
    const { synchronize, title, description } = asked.data;
    const info = { root_roomid: rootRoomId, synchronize, title, description };
    const roomId = await (await deps.forks()).create(root, info);
    const { username } = identity;
    emit(FORK_EVENTS, { fork_roomid: roomId, fork_info: info, username, action: 'create' });
    response.status(201).json({ sessionId: root.epoch, fork_roomid: roomId, fork_info: info });
  });
  router.delete(FORK, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'write', 'contents');
    const forks = await deps.forks();
    const roomId = roomIn(request);
    const info = forks.find(roomId);
    if (info === null) return answerMissing(response, 'Fork room not found');
    if (request.query['merge'] === 'true') {
      const root = await openRoot(documents, info.root_roomid);
      // It stays, with all that is in it.
      if (root === null) return answerMissing(response, 'Root room not found');
      await forks.merge(roomId, root, { actor: identity.username, mayWrite: () => true });
    }
    forks.remove(roomId);
    const { username } = identity;
    emit(FORK_EVENTS, { fork_roomid: roomId, fork_info: info, username, action: 'delete' });
    response.status(200).end();
  });
  return router;
}

function roomIn(request: Request): string {
  return decodePath(FORK.exec(request.path)?.[1] ?? '');
}

async function openRoot(documents: SharedDocuments, roomId: string): Promise<SharedDocument | null> {
  const asked = parseRoomId(roomId);
  if (asked === null || asked === 'unknown-kind') return null;
  try {
    return await documents.open(asked.documentId);
  } catch (error) {
    if (error instanceof DocumentError) return null;
    throw error;
  }
}
