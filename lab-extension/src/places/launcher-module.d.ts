// What we use of JupyterLab's launcher. Its package is in every page of JupyterLab, from where it is taken, and not among
// what we build with.
declare module '@jupyterlab/launcher' {
  import type { VDomModel } from '@jupyterlab/ui-components';
  import type { ReadonlyJSONObject } from '@lumino/coreutils';
  import type { Token } from '@lumino/coreutils';
  import type { IDisposable } from '@lumino/disposable';

  export interface LauncherItem {
    command: string;
    args?: ReadonlyJSONObject;
    category?: string;
    rank?: number;
    categoryRank?: number;
    /** JupyterLab draws it in its own groups of kernels alone. */
    kernelIconUrl?: string;
  }
  export interface LauncherModel extends VDomModel {
    add(item: LauncherItem): IDisposable;
    items(): IterableIterator<LauncherItem>;
  }
  export const ILauncher: Token<LauncherModel>;
}
