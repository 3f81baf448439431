import { join, relative, sep } from 'node:path';
import type { Router } from 'express';
import type { Kernelspec } from '../kernel-bridge/kernelspecs/kernelspec.ts';
import type { FarSupervisor } from '../kernel-bridge/far/far-supervisor.ts';
import { nameAtPlace } from '../kernel-bridge/places/name-at-place.ts';
import { BrowserPlace } from '../kernel-bridge/browser/browser-place.ts';
import type { Authorize } from './auth/authorize.ts';
import { BrowserHosts } from './browser-hosts/browser-hosts.ts';
import { hostUpgradeRoute } from './browser-hosts/link-route.ts';
import { writeLogos } from './browser-hosts/logos.ts';
import { browserHostRoutes } from './browser-hosts/routes.ts';
import type { Logger } from './logger.ts';
import type { Places } from './places/places.ts';
import { PlacesError } from './places/places-error.ts';
import type { UpgradeRoute } from './upgrade-route.ts';
import { VERSION } from './version.ts';
import { BROWSER_PLACE } from './wire/browser-runtime.ts';
import type { RuntimeHost } from './wire/runtime.ts';

/** Pages that run kernels themselves. */
export interface ComposedBrowserHosts {
  /** Before kernels are adopted. */
  join(places: Places): Promise<void>;
  /** The page that runs a kernel; null for one that no page runs. */
  hostOf(kernelId: string): RuntimeHost | null;
  /** Folder with the logo of a kernelspec of theirs. */
  logosOf(kernelspec: Kernelspec): string;
  readonly routes: Router;
  readonly upgradeRoutes: readonly UpgradeRoute[];
  /** Idempotent. */
  close(): void;
}

export function composeBrowserHosts(deps: {
  readonly stateDirectory: string;
  readonly rootDirectory: string;
  readonly authorize: Authorize;
  readonly logger: Logger;
}): ComposedBrowserHosts {
  const { stateDirectory, rootDirectory, authorize, logger } = deps;
  const directory = join(stateDirectory, 'browser-hosts');
  const hosts = new BrowserHosts({ directory, programVersion: VERSION, authorize, logger });
  const logos = join(stateDirectory, 'browser-logos');
  writeLogos(logos);
  return {
    hostOf(kernelId) {
      const runs = ({ supervisor }: { readonly supervisor: FarSupervisor }): boolean =>
        supervisor.launches.some((launch) => launch.kernelId === kernelId);
      const host = hosts.all().find(runs);
      if (host === undefined) return null;
      const { id: hostId, title, person, isThere } = host;
      return { hostId, title, person, isThere };
    },
    logosOf: (kernelspec) => join(logos, nameAtPlace(kernelspec)),
    async join(places) {
      await places.join({
        id: BROWSER_PLACE,
        title: 'In this browser',
        kind: 'browser',
        place: new BrowserPlace({
          hosts,
          pathOf: (sessionPath) => relative(rootDirectory, sessionPath).replaceAll(sep, '/'),
        }),
        machine: () => null,
        removed: () => Promise.reject(new PlacesError(409, 'This place is always there.')),
      });
    },
    routes: browserHostRoutes({ hosts, authorize }),
    upgradeRoutes: [hostUpgradeRoute({ hosts, authorize, logger })],
    close: () => hosts.close(),
  };
}
