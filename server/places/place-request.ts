import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { readJsonBody } from '../http-body.ts';
import type { PlaceRequest } from '../wire/places-api.ts';
import { PlacesError } from './places-error.ts';

const LARGEST_BODY = 1024 * 1024;

const id = z.string().max(100);
const placeRequestSchema = z.strictObject({
  id: id.optional(),
  title: z.string().trim().min(1, 'a place has a name').max(100),
  kind: z.enum(['local', 'attach', 'ssh', 'slurm', 'kubernetes', 'gateway', 'agent', 'browser']),
  settings: z.record(z.string(), z.unknown()).default({}),
});

export const bodySchemas = {
  place: placeRequestSchema,
  /** Of a place that is there, or of one that is not yet. */
  check: z.union([placeRequestSchema, z.strictObject({ id })]),
  hostKey: z.strictObject({ fingerprint: z.string().max(500), place: placeRequestSchema.optional() }),
  resources: z.strictObject({
    path: z.string().min(1),
    resources: z.record(z.string().max(100), z.string().max(10_000)),
  }),
} as const;

/** @throws PlacesError 400 */
export async function readBody<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await readJsonBody(request, LARGEST_BODY));
  if (parsed.success) return parsed.data;
  throw new PlacesError(400, z.prettifyError(parsed.error), { remedy: 'See docs/places.md.' });
}

/** As the schema has read it. */
export function placeRequest(given: z.output<typeof placeRequestSchema>): PlaceRequest {
  const { id: asked, ...rest } = given;
  return { ...rest, ...(asked !== undefined && { id: asked }) };
}
