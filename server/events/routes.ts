import { Router } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import type { JupyterEvents } from './jupyter-events.ts';
import { InvalidEvent } from './jupyter-events.ts';

/** The one format that Jupyter takes, an offset and a Z after it (contract §2.5 and what it answers). */
const TIMESTAMP =
  /^\d{4}-\d\d?-\d\d?T\d\d?:\d\d?:\d\d?[+-]\d\d:?\d\d(?::?\d\d)?Z$|^\d{4}-\d\d?-\d\d?T\d\d?:\d\d?:\d\d?ZZ$/;
const TIMESTAMP_EXPECTED =
  'Failed to parse timestamp from JSON request body, an ISO format datetime string with UTC offset is expected, for example, 2022-05-26T13:50:00+05:00Z';

/** `POST /api/events` (contract §2.5). */
export function eventRoutes(events: JupyterEvents, authorize: Authorize): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post('/api/events', async (request, response) => {
    authorize(identityOf(response), 'write', 'events');
    const { schemaId, version, data } = parseEmission(await readJsonBody(request));
    try {
      events.emitFromOutside(schemaId, version, data);
    } catch (error) {
      if (error instanceof InvalidEvent) throw new HttpError(400, error.message, null, { cause: error });
      throw error;
    }
    response.status(204).end();
  });
  return router;
}

function parseEmission(body: unknown): { schemaId: string; version: string; data: unknown } {
  if (body === null) throw new HttpError(400, 'No JSON data provided');
  const fields = typeof body === 'object' ? (body as Record<string, unknown>) : {};
  for (const key of ['schema_id', 'version', 'data'])
    if (!Object.hasOwn(fields, key)) throw new HttpError(400, `Missing \`${key}\` in the JSON request body.`);
  const { schema_id, version, data, timestamp } = fields;
  if (timestamp !== undefined && !(typeof timestamp === 'string' && TIMESTAMP.test(timestamp)))
    throw new HttpError(400, TIMESTAMP_EXPECTED);
  return { schemaId: textOf(schema_id), version: textOf(version), data };
}

/** Jupyter takes a number for a version too, and names what else it was given. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null ? 'None' : JSON.stringify(value);
}
