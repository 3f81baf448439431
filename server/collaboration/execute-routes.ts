import { Router } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import { DocumentError } from '../shared-document.ts';
import type { SharedDocument, SharedDocuments } from '../shared-document.ts';
import type { CellRuns } from './cell-runs.ts';
import { parseRoomId } from './room-id.ts';
import type { Rooms } from './rooms.ts';

const EXECUTE = /^\/api\/kernels\/(\w+-\w+-\w+-\w+-\w+)\/execute$/;
const bodySchema = z.object({ cell_id: z.string(), document_id: z.string() });

/**
 * `POST /api/kernels/{id}/execute {cell_id, document_id}` of jupyter-collaboration's client with `serverSideExecution`
 * (contract §6.1): answers `{run_id, status}` when the run is over; all that it put out is in the document (I2).
 */
export function executeRoutes(deps: {
  readonly documents: SharedDocuments;
  readonly rooms: () => Promise<Rooms>;
  readonly runs: CellRuns;
  readonly authorize: Authorize;
}): Router {
  const { documents, rooms, runs, authorize } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  router.post(EXECUTE, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'execute', 'kernels');
    const asked = bodySchema.safeParse(await readJsonBody(request));
    if (!asked.success) throw new HttpError(400, 'A cell to run takes a cell_id and a document_id');
    const { cell_id: cellId, document_id: roomId } = asked.data;
    const document = await openNotebook(documents, roomId);
    // What the person typed last may still be under way by the socket of the room.
    const hold = document.hold();
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      await (await rooms()).upToDate(document.documentId, identity.username);
      const kernelId = EXECUTE.exec(request.path)?.[1] ?? '';
      const cell = { path: document.path, cellId, kernelId };
      const { runId, status } = await runs.run(cell, identity.username, gone.signal);
      response.json({ run_id: runId, status });
    } catch (error) {
      // Nobody waits for the answer any more.
      if (!gone.signal.aborted) throw error;
    } finally {
      hold.release();
    }
  });
  return router;
}

/** @throws HttpError 404 */
async function openNotebook(documents: SharedDocuments, roomId: string): Promise<SharedDocument> {
  const asked = parseRoomId(roomId);
  if (asked === null || asked === 'unknown-kind' || asked.kind.type !== 'notebook')
    throw new HttpError(404, `There is no notebook ${roomId}`);
  try {
    return await documents.open(asked.documentId);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new HttpError(404, error.message, null, { cause: error });
  }
}
