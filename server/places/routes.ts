import { Router } from 'express';
import type { Request, Response } from 'express';
import type { KernelspecFinder } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import type { ResourceForm } from '../../kernel-bridge/places/place.ts';
import { PlaceError } from '../../kernel-bridge/places/place-error.ts';
import type { Authorize } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { identityOf } from '../auth/identity.ts';
import { may } from '../auth/may.ts';
import type { Logger } from '../logger.ts';
import type { PlaceCheckLine } from '../wire/place.ts';
import type { PlacesAnswer, ResourcesAnswer } from '../wire/places-api.ts';
import { failedLine } from './check-lines.ts';
import type { HeldPlace } from './held-place.ts';
import type { NotebookResources } from './notebook-resources.ts';
import { THIS_MACHINE } from './place-id.ts';
import { hereModel, placeModel } from './place-model.ts';
import { bodySchemas, placeRequest, readBody } from './place-request.ts';
import type { Places } from './places.ts';
import { PlacesError, sendPlacesError } from './places-error.ts';

const PLACES = '/api/in-the-loop/v1/places';

export interface PlaceRoutesDependencies {
  readonly places: Places;
  /** This machine's. */
  readonly kernelspecs: KernelspecFinder;
  readonly resources: NotebookResources;
  /** When the server was started. */
  readonly started: Date;
  readonly authorize: Authorize;
  readonly logger: Logger;
}

/** `/api/in-the-loop/v1/places`: see docs/places.md. */
export function placeRoutes(deps: PlaceRoutesDependencies): Router {
  const { places, authorize, logger } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  const modelFor = (held: HeldPlace, person: Identity): object =>
    placeModel(held, may(authorize, person, 'write', 'places'));

  router.get(PLACES, async (_request, response) => {
    const person = identityOf(response);
    authorize(person, 'read', 'places');
    const here = await deps.kernelspecs.list();
    const maySee = may(authorize, person, 'write', 'places');
    const answer: PlacesAnswer = {
      places: [
        hereModel(
          here.map(({ name }) => name),
          deps.started,
        ),
        ...places.list().map((held) => {
          held.refreshIfOld();
          return placeModel(held, maySee);
        }),
      ],
    };
    response.json(answer);
  });
  router.post(PLACES, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'write', 'places');
    const held = await places.add(placeRequest(await readBody(request, bodySchemas.place)));
    response.status(201).json(modelFor(held, person));
  });
  router.post(`${PLACES}/check`, async (request, response) => {
    authorize(identityOf(response), 'write', 'places');
    const asked = await readBody(request, bodySchemas.check);
    await sendLines(response, logger, (say) => check(places, asked, say));
  });
  router.put(`${PLACES}/:place`, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'write', 'places');
    const held = await places.change(
      placeIn(request),
      placeRequest(await readBody(request, bodySchemas.place)),
    );
    response.json(modelFor(held, person));
  });
  router.delete(`${PLACES}/:place`, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'write', 'places');
    await places.remove(placeIn(request), request.query['kernels'] === 'end', person.username);
    response.status(204).end();
  });
  router.post(`${PLACES}/:place/refresh`, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'write', 'places');
    const held = places.get(placeIn(request));
    held.place?.reconnect?.();
    await held.refresh();
    response.json(modelFor(held, person));
  });
  router.post(`${PLACES}/:place/accept-host-key`, async (request, response) => {
    authorize(identityOf(response), 'write', 'places');
    const { fingerprint, place } = await readBody(request, bodySchemas.hostKey);
    await asPlacesError(() =>
      places.acceptHostKey(placeIn(request), fingerprint, place && placeRequest(place)),
    );
    response.status(204).end();
  });
  router.get(`${PLACES}/:place/resources`, async (request, response) => {
    authorize(identityOf(response), 'read', 'places');
    authorize(identityOf(response), 'read', 'contents');
    const id = placeIn(request);
    const { path } = request.query;
    const form = await asPlacesError(() => formOf(places, id));
    const chosen = typeof path === 'string' ? await deps.resources.chosen(path, id) : null;
    const answer: ResourcesAnswer = { form, chosen };
    response.json(answer);
  });
  router.put(`${PLACES}/:place/resources`, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'write', 'contents');
    const { path, resources } = await readBody(request, bodySchemas.resources);
    const id = placeIn(request);
    places.get(id);
    await deps.resources.choose(path, id, resources, person.username);
    response.status(204).end();
  });
  router.use(PLACES, sendPlacesError);
  return router;
}

async function formOf(places: Places, id: string): Promise<ResourceForm | null> {
  if (id === THIS_MACHINE) return null;
  return (await places.get(id).place?.resourceForm()) ?? null;
}

type Say = (line: PlaceCheckLine) => void;

async function check(
  places: Places,
  asked: { readonly id?: string | undefined; readonly kind?: unknown },
  say: Say,
): Promise<void> {
  const wanted = bodySchemas.place.safeParse(asked);
  const request = wanted.success ? placeRequest(wanted.data) : { id: asked.id ?? '' };
  const id = 'title' in request ? places.idFor(request) : request.id;
  try {
    const kernelspecs = await places.check(request, (text) => say({ type: 'step', text }));
    say({ type: 'done', kernelspecs });
  } catch (error) {
    say(failedLine(error, id));
    if (!(error instanceof PlaceError || error instanceof PlacesError)) throw error;
  }
}

/** JSON line by line, each as soon as it is known. */
async function sendLines(
  response: Response,
  logger: Logger,
  work: (say: Say) => Promise<void>,
): Promise<void> {
  response.setHeader('Content-Type', 'application/x-ndjson');
  response.setHeader('Cache-Control', 'no-store');
  response.flushHeaders();
  try {
    await work((line) => {
      if (!response.destroyed) response.write(`${JSON.stringify(line)}\n`);
    });
  } catch (error) {
    // Whoever asked was told in a line.
    logger.warn({ err: error }, 'A place could not be tried');
  }
  response.end();
}

/** What a place says that cannot do it now. @throws PlacesError 502 */
async function asPlacesError<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PlaceError)) throw error;
    throw new PlacesError(502, error.message, { remedy: error.remedy }, { cause: error });
  }
}

function placeIn(request: Request): string {
  return String(request.params['place']);
}
