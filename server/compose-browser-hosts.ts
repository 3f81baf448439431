import { join, relative, sep } from 'node:path';
import type { Router } from 'express';
import type { Kernelspec } from '../kernel-bridge/kernelspecs/kernelspec.ts';
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

/** Pages that run kernels themselves. */
export interface ComposedBrowserHosts {
  /** Before kernels are adopted. */
  join(places: Places): Promise<void>;
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
