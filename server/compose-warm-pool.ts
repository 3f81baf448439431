import type { KernelspecFinder } from '../kernel-bridge/kernelspecs/kernelspec.ts';
import type { ComposedPlaces } from './compose-places.ts';
import type { JupyterPaths } from './jupyter-paths.ts';
import { type KernelSurroundings, spareLaunch } from './kernels/kernel-launch.ts';
import type { Kernels, KernelsOptions } from './kernels/kernels.ts';
import type { Logger } from './logger.ts';
import type { ServerSettings } from './settings.ts';
import { WarmPool } from './warm-pool/warm-pool.ts';

/** Kernels that wait for a notebook, in front of all that hold kernels. They are started as its others are. */
export function composeWarmPool(deps: {
  readonly settings: ServerSettings;
  readonly paths: JupyterPaths;
  /** Of this machine. */
  readonly kernelspecs: KernelspecFinder;
  readonly placed: Pick<ComposedPlaces, 'supervisor' | 'news'>;
  readonly kernels: () => Kernels;
  readonly logger: Logger;
}): {
  readonly pool: WarmPool;
  /** What kernels are started in, and by whom. */
  readonly supply: KernelSurroundings & Pick<KernelsOptions, 'supervisor' | 'spares'>;
} {
  const { settings, paths, kernelspecs, placed, kernels, logger } = deps;
  const { warmKernels, maxKernels = Infinity } = settings;
  const surroundings: KernelSurroundings = {
    rootDirectory: settings.rootDirectory,
    pythonPrefix: paths.prefix,
    runtimeDirectory: paths.runtime,
    environment: process.env,
    limits: settings.limits,
  };
  const pool = new WarmPool({
    supervisor: placed.supervisor,
    wanted: warmKernels,
    spareLaunch: (name) => spareLaunch(surroundings, kernelspecs, name),
    room: () => maxKernels - kernels().countSoon,
    onChange: () => placed.news.changed(),
    logger,
  });
  return { pool, supply: { ...surroundings, supervisor: pool, spares: pool } };
}
