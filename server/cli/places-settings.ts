import { readFileSync } from 'node:fs';
import type { PlaceEntry } from '../places/place-settings.ts';
import type { ConfiguredPlaces } from '../settings.ts';
import { CommandError } from './command-error.ts';

/**
 * The places of the configuration file, with their secrets, which it names files for. A file that cannot be read is the
 * place's problem and stops no server.
 * @throws CommandError for a setting that is wrong
 */
export async function placesSettings(
  places: Readonly<Record<string, PlaceEntry>> = {},
): Promise<ConfiguredPlaces> {
  const configured = new Map<string, PlaceEntry & { readonly problem?: string }>();
  for (const [id, entry] of Object.entries(places)) configured.set(id, await placeSettings(id, entry));
  return configured;
}

async function placeSettings(
  id: string,
  entry: PlaceEntry,
): Promise<PlaceEntry & { readonly problem?: string }> {
  // Few servers have places.
  const [{ placeKinds }, { validSettings }, { PlacesError }] = await Promise.all([
    import('../places/kinds.ts'),
    import('../places/place-settings.ts'),
    import('../places/places-error.ts'),
  ]);
  const definition = await placeKinds[entry.kind]?.();
  // The server says so where people look for the place.
  if (definition === undefined) return entry;
  const settings: Record<string, unknown> = { ...entry.settings };
  for (const secret of definition.secrets) {
    if (settings[secret] !== undefined)
      throw wrong(id, `"${secret}" is a secret: name a file that holds it by "${secret}File"`);
    const file = settings[`${secret}File`];
    delete settings[`${secret}File`];
    if (typeof file !== 'string') continue;
    try {
      settings[secret] = secretIn(readFileSync(file, 'utf8').trim());
    } catch (error) {
      const { code = 'unreadable' } = error as NodeJS.ErrnoException;
      return { ...entry, settings, problem: `The file ${file} cannot be read (${code}).` };
    }
  }
  try {
    validSettings(definition, settings);
  } catch (error) {
    if (error instanceof PlacesError) throw wrong(id, error.message);
    throw error;
  }
  return { ...entry, settings };
}

/** Text as it is, or what is written as a JSON object: headers, for one. */
function secretIn(text: string): unknown {
  if (!text.startsWith('{')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A token that looks like one.
    return text;
  }
}

function wrong(id: string, reason: string): CommandError {
  return new CommandError(`The place "${id}" in the configuration file: ${reason}. See docs/places.md.`, 2);
}
