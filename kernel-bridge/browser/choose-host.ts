import type { LaunchAsker } from '../places/launch-asker.ts';
import { PlaceError } from '../places/place-error.ts';
import type { BrowserHost } from './browser-host.ts';

const REMEDY =
  'Open the notebook in JupyterLab with the extension of In the Loop, and choose the kernel there; or choose a kernel that runs elsewhere.';

/**
 * Which page is to run a kernel: the one that asks or, where a program asks, one of the same person's that has the
 * notebook's kernels already, or else the one that came last.
 * @param path of the notebook; null for none
 * @throws PlaceError PLACE_AWAY, PLACE_DENIED, PLACE_REFUSED
 */
export function chooseHost(
  hosts: readonly BrowserHost[],
  asker: LaunchAsker,
  path: string | null,
): BrowserHost {
  const chosen = asker.host === null ? anyOf(hosts, asker.person, path) : named(hosts, asker);
  if (chosen.refusal !== null) throw chosen.refusal;
  return chosen;
}

function named(hosts: readonly BrowserHost[], { person, host }: LaunchAsker): BrowserHost {
  const found = hosts.find(({ id }) => id === host);
  // Who names somebody else's page hears no more than who names none (I7).
  if (found?.person === person && found.isThere) return found;
  throw new PlaceError(
    'PLACE_AWAY',
    'The page that asks for this kernel is not connected, or is not yours.',
    'Reload the page and try again.',
  );
}

function anyOf(hosts: readonly BrowserHost[], person: string, path: string | null): BrowserHost {
  const theirs = hosts.filter((host) => host.isThere && host.person === person);
  const hasIt = ({ supervisor }: BrowserHost): boolean =>
    path !== null && supervisor.launches.some(({ sessionPath }) => sessionPath === path);
  const found = theirs.findLast(hasIt) ?? theirs.at(-1);
  if (found !== undefined) return found;
  throw new PlaceError(
    'PLACE_AWAY',
    "A kernel in the browser runs in a tab of JupyterLab with In the Loop's extension; none of yours is connected.",
    REMEDY,
  );
}
