import { PageConfig } from '@jupyterlab/coreutils';

/**
 * The version of In the Loop that served this page; null on any other server, where every plugin of ours stays inert
 * and silent (the extension can be copied into a `labextensions` folder that several servers share).
 */
export function serverVersion(): string | null {
  return PageConfig.getOption('inTheLoopVersion') || null;
}
