import { join } from 'node:path';
import { PlacesFile } from '../../places/places-file.ts';
import type { ConfiguredPlaces } from '../../settings.ts';
import type { PlaceModel } from '../../wire/place.ts';
import type { PlacesAnswer } from '../../wire/places-api.ts';
import { broken, unusual, well } from './finding.ts';
import type { Finding } from './finding.ts';

/** For a server that hangs, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Where else than on this machine kernels run, and how that is: as the server knows it, which alone may reach them.
 * @param address of the server's page, with its token; null where none runs
 */
export async function placeFindings(
  stateDirectory: string,
  configured: ConfiguredPlaces,
  address: string | null,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  let made: readonly string[] = [];
  const file = join(stateDirectory, 'places.json');
  try {
    made = [...(await new PlacesFile(file).read()).keys()];
  } catch (error) {
    findings.push(
      broken(
        `the places that people made cannot be read: ${(error as Error).message}`,
        `Correct or remove ${file}.`,
      ),
    );
  }
  for (const [id, { problem }] of configured)
    if (problem !== undefined)
      findings.push(broken(`the place ${id} cannot be used: ${problem}`, 'Correct the configuration file.'));
  if (address === null) return [...findings, ...unasked([...configured.keys(), ...made])];
  try {
    const { places } = await askPlaces(address);
    const elsewhere = places.filter(({ kind }) => kind !== 'local');
    if (elsewhere.length === 0) findings.push(well('kernels run on this machine only'));
    return [...findings, ...elsewhere.map(placeFinding)];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [...findings, unusual(`the server does not tell of places: ${reason}`, 'Its log may say more.')];
  }
}

/** Only one program may reach for the kernels of a place, and that is a server. */
function unasked(ids: readonly string[]): Finding[] {
  if (ids.length === 0) return [well('kernels run on this machine only')];
  return [well(`no server runs that could be asked how they are: ${ids.join(', ')}`)];
}

function placeFinding({ id, title, kind, state, kernelspecs }: PlaceModel): Finding {
  const what = `${title} (${id}, ${kind})`;
  const because = state.text === null ? '' : `: ${state.text}`;
  const remedy = state.remedy ?? '';
  switch (state.kind) {
    case 'ready':
      return well(`${what} is ready, with ${kernelspecs.length} kinds of kernels`);
    case 'checking':
      return well(`${what} is being asked`);
    case 'away':
      return unusual(`${what} is away${because}`, remedy);
    case 'failed':
      return broken(`${what} cannot be used${because}`, remedy);
  }
}

async function askPlaces(address: string): Promise<PlacesAnswer> {
  const page = new URL(address);
  const base = page.pathname.slice(0, page.pathname.lastIndexOf('/') + 1);
  const token = page.searchParams.get('token') ?? '';
  const response = await fetch(new URL(`${base}api/in-the-loop/v1/places`, page), {
    headers: { authorization: `token ${token}` },
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  return (await response.json()) as PlacesAnswer;
}
