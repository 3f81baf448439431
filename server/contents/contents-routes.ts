import type { Request, Response } from 'express';
import { Router } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import { redirect } from '../redirect.ts';
import { answerCheckpoint, answerCheckpoints } from './checkpoint-routes.ts';
import { sendModel } from './contents-answer.ts';
import { getOptions, knownType, readBody, textOf } from './contents-request.ts';
import { ContentError } from './content-error.ts';
import type { ContentStore } from './content-store.ts';
import type { JsonObject } from './json-object.ts';
import { reprText } from '../python-text.ts';
import { decodePath, encodePath, withoutOuterSlashes } from '../url-path.ts';
import { resolvePathRoute, type KernelDirectory } from './resolve-path-route.ts';

export interface ContentsDependencies {
  readonly store: ContentStore;
  /** Starts and ends with `/`. */
  readonly baseUrl: string;
  readonly authorize: Authorize;
  /** Where a kernel runs, for links in its tracebacks. */
  readonly kernelDirectory: KernelDirectory;
}

/** One request for one path. */
export interface ContentsCall {
  readonly store: ContentStore;
  readonly request: Request;
  readonly response: Response;
  /** Decoded, as in the URL: empty, or with its leading slash (Jupyter's messages quote it so). */
  readonly path: string;
  readonly actor: string;
  /** The URL of a path under this API. */
  readonly location: (path: string) => string;
}

/** Like jupyter_server's pattern: what has two slashes in a row is no path of contents, nor of anything else. */
const CONTENTS = /^\/api\/contents(?:(?:\/[^/]+)+\/?|\/)?$/;

/** Contract §2.3: `/api/contents`, its checkpoints and trust, `/api/resolvePath` and the old `/api/notebooks`. */
export function contentsRoutes(dependencies: ContentsDependencies): Router {
  const { store, baseUrl, authorize } = dependencies;
  const router = Router({ caseSensitive: true });
  // No parameters in the pattern: the router would decode them in its own way.
  router.all(CONTENTS, async (request, response, next) => {
    if (request.method === 'OPTIONS') return next();
    authorize(identityOf(response), request.method === 'GET' ? 'read' : 'write', 'contents');
    const encoded = request.path.slice('/api/contents'.length);
    if (encoded.length > 1 && encoded.endsWith('/')) return withoutSlash(request, response, baseUrl);
    const [handle, encodedPath] = handlerOf(encoded);
    const path = decodePath(encodedPath);
    const location = (of: string): string => `${baseUrl}api/contents/${encodePath(of)}`.replace(/\/$/, '');
    const call: ContentsCall = {
      store,
      request,
      response,
      path,
      location,
      actor: identityOf(response).username,
    };
    await handle(call);
  });
  router.all(/^\/api\/notebooks(?:\/|$)/, (request, response) => {
    const encoded = withoutOuterSlashes(request.path.slice('/api/notebooks'.length));
    redirect(
      response,
      `${baseUrl}api/contents${encoded === '' ? '' : `/${encodePath(decodePath(encoded))}`}`,
    );
  });
  router.get('/api/resolvePath', resolvePathRoute(dependencies));
  return router;
}

type Handle = (call: ContentsCall) => Promise<void>;

/** `…/checkpoints` and `…/trust` come before files that are called so (contract §10.15). */
function handlerOf(encoded: string): [handle: Handle, encodedPath: string] {
  const checkpoint = /^(.*)\/checkpoints(?:\/([\w-]+))?$/.exec(encoded);
  if (checkpoint !== null) {
    const [, path = '', id] = checkpoint;
    return [id === undefined ? answerCheckpoints : (call) => answerCheckpoint(call, id), path];
  }
  const trust = /^(.*)\/trust$/.exec(encoded);
  return trust === null ? [answerContents, encoded] : [answerTrust, trust[1] ?? ''];
}

function withoutSlash(request: Request, response: Response, baseUrl: string): void {
  const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
  redirect(response, `${baseUrl}${withoutOuterSlashes(request.path)}${query}`);
}

async function answerContents(call: ContentsCall): Promise<void> {
  switch (call.request.method) {
    case 'GET':
      return answerGet(call);
    case 'PUT':
      return answerPut(call);
    case 'POST':
      return answerPost(call);
    case 'PATCH':
      return answerPatch(call);
    case 'DELETE':
      return answerDelete(call);
    default:
      throw new HttpError(405, 'Method Not Allowed');
  }
}

async function answerGet({ store, request, response, path, actor }: ContentsCall): Promise<void> {
  const options = getOptions(new URL(request.url, 'http://local').searchParams);
  try {
    const model = await store.get(path, options, actor);
    if (options.hash && model.hash === null) {
      throw new HttpError(500, "Keys unexpectedly None: ['hash', 'hash_algorithm']");
    }
    sendModel(response, 200, model, null);
  } catch (error) {
    const isOutside =
      error instanceof ContentError && /is outside root|is not a valid path/.test(error.message);
    if (!(error instanceof ContentError) || error.code !== 'not-found' || isOutside) throw error;
    // Jupyter says JSON and sends plain text: Lab asks for files that may not exist, and reads only the status.
    response.status(404).setHeader('Content-Type', 'application/json');
    response.end(`file or directory ${reprText(path)} does not exist`);
  }
}

async function answerPut({ store, request, response, path, actor, location }: ContentsCall): Promise<void> {
  const body = await readBody(request);
  if (isEmpty(body)) return answerUntitled({ store, response, path, actor, location }, {});
  if (body['copy_from']) throw new HttpError(400, 'Cannot copy with PUT, only POST');
  const named = body['path'];
  if ((typeof named === 'string' && (await store.isHidden(named))) || (await store.isHidden(path))) {
    throw new HttpError(400, `Cannot create file or directory ${reprText(path)}`);
  }
  const { type } = body;
  const asked =
    type === undefined || type === null || type === '' ? body : { ...body, type: knownType(type) };
  const exists = await store.fileExists(path);
  const model = exists ? await store.save(path, asked, actor) : await store.create(path, asked, actor);
  sendModel(response, exists ? 200 : 201, model, location(model.path));
}

async function answerPost(call: ContentsCall): Promise<void> {
  const { store, request, response, path, actor, location } = call;
  if (await store.fileExists(path)) throw new HttpError(400, 'Cannot POST to files, use PUT instead.');
  const body = (await readBody(request)) ?? {};
  if (!body['copy_from']) return answerUntitled(call, body);
  const from = textOf(body['copy_from'], 'copy_from');
  if ((await store.isHidden(path)) || (await store.isHidden(from))) {
    throw new HttpError(400, `Cannot copy file or directory ${reprText(path)}`);
  }
  const model = await store.copy(from, path, actor);
  sendModel(response, 201, model, location(model.path));
}

async function answerUntitled(call: Omit<ContentsCall, 'request'>, body: JsonObject): Promise<void> {
  const { store, response, path, actor, location } = call;
  const { type, ext = '' } = body;
  const extension = textOf(ext, 'ext');
  const wish = {
    type: type === undefined || type === null || type === '' ? null : knownType(type),
    extension,
  };
  const model = await store.createUntitled(path, wish, actor);
  sendModel(response, 201, model, location(model.path));
}

async function answerPatch({ store, request, response, path, actor, location }: ContentsCall): Promise<void> {
  const body = await readBody(request);
  if (body === null) throw new HttpError(400, 'JSON body missing');
  const target = 'path' in body ? textOf(body['path'], 'path') : path;
  if (target !== '' && 'path' in body && ((await store.isHidden(path)) || (await store.isHidden(target)))) {
    throw new HttpError(400, `Cannot rename file or directory ${reprText(path)}`);
  }
  const model = await store.rename(path, target, actor);
  sendModel(response, 200, model, location(model.path));
}

async function answerDelete({ store, response, path, actor }: ContentsCall): Promise<void> {
  if (await store.isHidden(path))
    throw new HttpError(400, `Cannot delete file or directory ${reprText(path)}`);
  await store.delete(path, actor);
  response.status(204).end();
}

async function answerTrust({ store, request, response, path }: ContentsCall): Promise<void> {
  if (request.method !== 'POST') throw new HttpError(405, 'Method Not Allowed');
  await store.trust(path);
  response.status(201).setHeader('Content-Type', 'text/html; charset=UTF-8');
  response.end();
}

const isEmpty = (body: JsonObject | null): body is null => body === null || Object.keys(body).length === 0;
