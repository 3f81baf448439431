import { mkdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Router } from 'express';
import type { Registry } from 'prom-client';
import type { EventLog } from '../event-log/event-log.ts';
import type { Kernelspec, KernelspecFinder } from '../kernel-bridge/kernelspecs/kernelspec.ts';
import type { KernelSupervisor } from '../kernel-bridge/supervisor/kernel-supervisor.ts';
import type { Authorize } from './auth/authorize.ts';
import { composeBrowserHosts } from './compose-browser-hosts.ts';
import { composeRuntimeAgents } from './compose-runtime-agents.ts';
import { composeRuntimes } from './compose-runtimes.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { Logger } from './logger.ts';
import type { NotebookMetadata } from './notebook-metadata.ts';
import { notebookResources, setKernelspec } from './notebook-resources.ts';
import { countLifecycle } from './operations/count-lifecycle.ts';
import { PlaceMetrics } from './operations/place-metrics.ts';
import { placeKinds } from './places/kinds.ts';
import { PlacedKernelspecs } from './places/placed-kernelspecs.ts';
import { PlacedSupervisor } from './places/placed-supervisor.ts';
import { Places } from './places/places.ts';
import { PlacesFile } from './places/places-file.ts';
import { placeRoutes } from './places/routes.ts';
import { RuntimeNews } from './runtimes/runtime-news.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { ServerSettings } from './settings.ts';
import type { SharedDocuments } from './shared-document.ts';
import type { UpgradeRoute } from './upgrade-route.ts';
import { BROWSER_PLACE } from './wire/browser-runtime.ts';
import type { WarmKernelsModel } from './wire/warm-kernels.ts';

/** Where kernels run that do not run here. */
export interface ComposedPlaces {
  readonly places: Places;
  /** Of this machine and all places: what the server's kernels are held by, and started of. */
  readonly supervisor: PlacedSupervisor;
  readonly kernelspecs: KernelspecFinder;
  /** Folder with the logos of a place's kernelspec: those of this machine's kernels of its language, but for browsers; null for none. */
  logosOf(kernelspec: Kernelspec): Promise<string | null>;
  /** Told of all that changes. */
  readonly news: RuntimeNews;
  readonly registerMetrics: (registry: Registry) => void;
  readonly routes: readonly Router[];
  readonly upgradeRoutes: readonly UpgradeRoute[];
  /** Ends the connections of whoever dialled in, and tells nobody any more. Idempotent; `supervisor` is closed by whoever has it. */
  close(): void;
}

/** Before there are kernels, for some of them run there; nothing is reached yet. */
export async function composePlaces(deps: {
  readonly settings: ServerSettings;
  readonly here: KernelSupervisor;
  readonly kernelspecs: KernelspecFinder;
  /** The server's own, of which keys are made. */
  readonly secret: string;
  /** Where jobs and pods reach the server. */
  readonly url: () => string;
  readonly runtimeDirectory: string;
  readonly kernels: () => Kernels;
  readonly sessions: () => Sessions;
  /** The notebook some of whose cells a kernel runs beside the notebook's own; null for none. */
  readonly besideNotebook: (kernelId: string) => string | null;
  /** What waits for a notebook. */
  readonly warm: () => readonly WarmKernelsModel[];
  readonly documents: () => SharedDocuments;
  readonly metadata: NotebookMetadata;
  /** When the server was started. */
  readonly started: Date;
  readonly log: EventLog;
  readonly authorize: Authorize;
  readonly logger: Logger;
}): Promise<ComposedPlaces> {
  const { settings, here, kernels, documents, authorize, logger } = deps;
  const metrics = new PlaceMetrics();
  const news = new RuntimeNews();
  const resources = notebookResources(deps.metadata);
  const { stateDirectory, baseUrl } = settings;
  const { secret, url, log } = deps;
  const runtimeAgents = await composeRuntimeAgents({
    ...{ stateDirectory, baseUrl, secret, url, log, authorize, logger },
  });
  const { rootDirectory } = settings;
  const browserHosts = composeBrowserHosts({ stateDirectory, rootDirectory, authorize, logger });
  const directory = join(stateDirectory, 'places');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const places = await Places.open({
    configured: settings.places,
    file: new PlacesFile(join(stateDirectory, 'places.json')),
    directory,
    kinds: placeKinds,
    here,
    kernelspecs: deps.kernelspecs,
    desk: runtimeAgents.desk,
    runtimeDirectory: deps.runtimeDirectory,
    isOurs: (kernelId) =>
      deps
        .kernels()
        .running()
        .some(({ id }) => id === kernelId),
    logger,
    kernelsAt: (id) =>
      kernels()
        .running()
        .filter(({ place }) => place === id)
        .map(({ id: kernelId, documentPath, model }) => ({
          kernelId,
          notebook: documentPath,
          state: model.execution_state,
        })),
    endKernel: (kernelId, actor) => kernels().shutdown(kernelId, actor),
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
    onLaunch: (placeId, succeeded) => metrics.launched(placeId, succeeded),
    onLifecycle(...event) {
      countLifecycle(metrics, ...event);
      news.changed();
    },
  });
  const kernelspecs = new PlacedKernelspecs(deps.kernelspecs, places);
  const runtimes = composeRuntimes({
    settings,
    places,
    supervisor,
    kernelspecs,
    kernels,
    sessions: deps.sessions,
    hostOf: (kernelId) => browserHosts.hostOf(kernelId),
    besideNotebook: deps.besideNotebook,
    warm: deps.warm,
    setKernelspec: (path, kernelspec, actor) => setKernelspec(documents().loadedAt(path), kernelspec, actor),
    log,
    authorize,
  });
  places.onChange(() => news.changed());
  await runtimeAgents.agents.join(places);
  await browserHosts.join(places);
  return {
    places,
    supervisor,
    kernelspecs,
    news,
    registerMetrics: (registry) => metrics.register(registry, runtimes.metricSources),
    async logosOf(kernelspec) {
      if (kernelspec.place === BROWSER_PLACE) return browserHosts.logosOf(kernelspec);
      const { language } = kernelspec.spec;
      const ofLanguage = (await deps.kernelspecs.list()).find(({ spec }) => spec.language === language);
      return ofLanguage?.resourceDirectory ?? null;
    },
    routes: [
      placeRoutes({
        places,
        kernelspecs: deps.kernelspecs,
        resources,
        started: deps.started,
        authorize,
        logger,
      }),
      ...runtimes.routes,
      runtimeAgents.routes,
      browserHosts.routes,
    ],
    upgradeRoutes: [...runtimeAgents.upgradeRoutes, ...browserHosts.upgradeRoutes],
    close() {
      news.close();
      runtimeAgents.close();
      browserHosts.close();
    },
  };
}
