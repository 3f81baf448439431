import { HttpError } from '../http-error.ts';
import type { ContentsCall } from './contents-routes.ts';

/** `…/checkpoints`: list them, or make one. */
export async function answerCheckpoints(call: ContentsCall): Promise<void> {
  const { store, request, response, path, location } = call;
  if (request.method === 'GET') return void response.json(await store.checkpoints(path));
  if (request.method !== 'POST') throw new HttpError(405, 'Method Not Allowed');
  const checkpoint = await store.createCheckpoint(path);
  response.setHeader('Location', `${location(path.replace(/^\/+/, ''))}/checkpoints/${checkpoint.id}`);
  response.status(201).json(checkpoint);
}

/** `…/checkpoints/<id>`: go back to it, or forget it. */
export async function answerCheckpoint(call: ContentsCall, id: string): Promise<void> {
  const { store, request, response, path, actor } = call;
  if (request.method === 'POST') await store.restoreCheckpoint(path, id, actor);
  else if (request.method === 'DELETE') await store.deleteCheckpoint(path, id);
  else throw new HttpError(405, 'Method Not Allowed');
  response.status(204).end();
}
