import { z } from 'zod';
import type { PlaceKindDefinition } from './place-kind.ts';
import { PlacesError } from './places-error.ts';

export type GivenSettings = Readonly<Record<string, unknown>>;

/** @throws PlacesError 400 that names the first setting which is wrong, without what was given: it may be a secret */
export function validSettings(definition: PlaceKindDefinition, given: GivenSettings): object {
  const parsed = definition.schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys')
    throw new PlacesError(400, `There is no setting "${issue.keys[0] ?? ''}" of such a place.`, {
      field: issue.keys[0] ?? '',
    });
  const field = issue?.path.join('.') ?? '';
  const reason = issue?.message ?? 'is not valid';
  throw new PlacesError(400, field === '' ? reason : `${field}: ${reason}`, { field });
}

/** As people may see them (I10). */
export function withoutSecrets(definition: PlaceKindDefinition, given: GivenSettings): GivenSettings {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !definition.secrets.includes(name)));
}

/** What is left out stays as it was, for secrets are never shown; null takes one away. */
export function changedSettings(before: GivenSettings, change: GivenSettings): GivenSettings {
  return Object.fromEntries(
    Object.entries({ ...before, ...change }).filter(([, value]) => value !== null && value !== undefined),
  );
}

export function differsBySecretsAlone(
  definition: PlaceKindDefinition,
  before: GivenSettings,
  after: GivenSettings,
): boolean {
  return (
    JSON.stringify(withoutSecrets(definition, before)) === JSON.stringify(withoutSecrets(definition, after))
  );
}

/** What a configuration file and `places.json` hold of one place. */
export const placeEntrySchema = z.strictObject({
  kind: z.enum(['attach', 'ssh', 'slurm', 'kubernetes', 'gateway']),
  title: z.string().trim().min(1).max(100).optional(),
  settings: z.record(z.string(), z.unknown()).default({}),
});
export type PlaceEntry = z.output<typeof placeEntrySchema>;
