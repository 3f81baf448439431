/** The option of the page's configuration that holds `BrowserRuntimeFiles` as JSON; missing where no kernel runs in browsers. */
export const BROWSER_RUNTIME_OPTION = 'inTheLoopBrowserRuntime';

/** Behind the base URL: packages of a folder that whoever runs the server has named, each below a folder of its version. */
export const PACKAGES_PATH = 'in-the-loop/browser-packages/';

/** Where a page gets what its kernels are made of. URLs are absolute, or below the base URL without a leading slash. */
export interface BrowserRuntimeFiles {
  /** Folder of `host.html` and its scripts, of this version; ends with `/`. */
  readonly hostUrl: string;
  /** As `PythonStart` (kernel-bridge/hosted/host-protocol) has them. */
  readonly distributionUrl: string;
  readonly archiveUrl: string;
  readonly snapshotUrl: string | null;
  readonly packagesUrl: string | null;
  readonly indexUrls: readonly string[];
  readonly memory: number | null;
}
