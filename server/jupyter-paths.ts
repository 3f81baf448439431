/** Where Jupyter keeps things, highest priority first, as `jupyter --paths` would say (contract §8). */
export interface JupyterPaths {
  /** Folders that hold kernels/, lab/, labextensions/. */
  readonly data: readonly string[];
  /** Folders that hold serverconfig/, labconfig/. */
  readonly config: readonly string[];
  /** Where connection files and jpserver-<pid>.json go. */
  readonly runtime: string;
  /** The person's own data folder (signature store, notebook secret). */
  readonly userData: string;
  /** The person's own config folder (settings and workspaces under lab/). */
  readonly userConfig: string;
  /** The Python environment served: `<prefix>/bin/python`, `<prefix>/share/jupyter`. */
  readonly prefix: string;
}
