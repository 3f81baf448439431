import { mkdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Router } from 'express';
import type { DialInDesk } from '../kernel-bridge/far/dial-in.ts';
import type { KernelLifecycleEvent } from '../kernel-bridge/kernel.ts';
import type { KernelspecFinder } from '../kernel-bridge/kernelspecs/kernelspec.ts';
import type { KernelSupervisor } from '../kernel-bridge/supervisor/kernel-supervisor.ts';
import type { Activity } from './activity.ts';
import type { Authorize } from './auth/authorize.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { Logger } from './logger.ts';
import { placeKinds } from './places/kinds.ts';
import type { NotebookResources } from './places/notebook-resources.ts';
import { PlacedKernelspecs } from './places/placed-kernelspecs.ts';
import { PlacedSupervisor } from './places/placed-supervisor.ts';
import { Places } from './places/places.ts';
import { PlacesFile } from './places/places-file.ts';
import { placeRoutes } from './places/routes.ts';
import type { ServerSettings } from './settings.ts';

/** Where kernels run that do not run here. */
export interface ComposedPlaces {
  readonly places: Places;
  /** Of this machine and all places: what the server's kernels are held by, and started of. */
  readonly supervisor: PlacedSupervisor;
  readonly kernelspecs: KernelspecFinder;
  /** Folder with the logos of a place's kernelspec: those of this machine's kernels of its language; null for none. */
  logosOf(language: string): Promise<string | null>;
  readonly routes: readonly Router[];
}

/** Before there are kernels, for some of them run there; nothing is reached yet. */
export async function composePlaces(deps: {
  readonly settings: ServerSettings;
  readonly here: KernelSupervisor;
  readonly kernelspecs: KernelspecFinder;
  readonly desk: DialInDesk;
  readonly runtimeDirectory: string;
  readonly kernels: () => Kernels;
  readonly resources: NotebookResources;
  onLaunch(placeId: string, succeeded: boolean): void;
  onLifecycle(placeId: string, kernelId: string, event: KernelLifecycleEvent): void;
  readonly activity: Activity;
  readonly authorize: Authorize;
  readonly logger: Logger;
}): Promise<ComposedPlaces> {
  const { settings, here, resources, logger } = deps;
  const directory = join(settings.stateDirectory, 'places');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const places = await Places.open({
    configured: settings.places,
    file: new PlacesFile(join(settings.stateDirectory, 'places.json')),
    directory,
    kinds: placeKinds,
    here,
    kernelspecs: deps.kernelspecs,
    desk: deps.desk,
    runtimeDirectory: deps.runtimeDirectory,
    isOurs: (kernelId) =>
      deps
        .kernels()
        .running()
        .some(({ id }) => id === kernelId),
    logger,
    kernelsAt: (id) =>
      deps
        .kernels()
        .running()
        .filter(({ place }) => place === id)
        .map(({ id: kernelId, documentPath, model }) => ({
          kernelId,
          notebook: documentPath,
          state: model.execution_state,
        })),
    endKernel: (kernelId, actor) => deps.kernels().abandon(kernelId, actor),
  });
  const supervisor = new PlacedSupervisor({
    here,
    places,
    logger,
    async resourcesOf(placeId, sessionPath) {
      if (sessionPath === null) return {};
      const path = relative(settings.rootDirectory, sessionPath).replaceAll(sep, '/');
      if (!path.endsWith('.ipynb')) return {};
      try {
        return (await resources.chosen(path, placeId)) ?? {};
      } catch (error) {
        // One that is not saved yet asks for nothing.
        logger.debug({ err: error, path }, 'What a notebook asks for cannot be read');
        return {};
      }
    },
    onLaunch: (placeId, succeeded) => deps.onLaunch(placeId, succeeded),
    onLifecycle: (placeId, kernelId, event) => deps.onLifecycle(placeId, kernelId, event),
  });
  return {
    places,
    supervisor,
    kernelspecs: new PlacedKernelspecs(deps.kernelspecs, places),
    async logosOf(language) {
      const ofLanguage = (await deps.kernelspecs.list()).find(({ spec }) => spec.language === language);
      return ofLanguage?.resourceDirectory ?? null;
    },
    routes: [
      placeRoutes({
        places,
        kernelspecs: deps.kernelspecs,
        resources,
        started: deps.activity.started,
        authorize: deps.authorize,
        logger,
      }),
    ],
  };
}
