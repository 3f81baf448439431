/** The place of all kernels that run in browsers: its kernelspecs are `browser.python` and `browser.html`. */
export const BROWSER_PLACE = 'browser';

/** Behind the base URL: where a page's host dials in, and speaks the link as a supervisor does. */
export const HOST_LINK_PATH = 'api/in-the-loop/v1/browser-runtime/link';

/** Behind the base URL, with `/<hostId>/left` behind it: a page that goes away says so with a POST of `HostLeft`. */
export const HOSTS_PATH = 'api/in-the-loop/v1/browser-runtime/hosts';

/** Behind the base URL: the host's frame and workers, Pyodide and its packages, each below a folder of its version. */
export const HOST_FILES_PATH = 'in-the-loop/browser-runtime/';

/** Names the page's host in requests that may start a kernel in a browser. */
export const HOST_HEADER = 'X-In-The-Loop-Host';

/** The first text of a host, as an agent's `hello`; then the server says `accepted` or `refused`, as to agents. */
export interface HostHello {
  readonly type: 'host';
  readonly protocol: number;
  /** Random; of one page's life. */
  readonly hostId: string;
  /** Random; whoever has it is that host, also when it comes again or its browser hands over what it left. */
  readonly secret: string;
  /** For people: which browser, on which system. */
  readonly title: string;
  /** Its page is gone: it only hands over what it left, and starts nothing. */
  readonly isLeft: boolean;
}
export const HOST_PROTOCOL = 1;

export interface HostLeft {
  readonly secret: string;
  /** The ids of its kernels of which only that browser has something: the server waits for its next page. */
  readonly unshared: readonly string[];
  /**
   * Of those of which something was on its way, or that ran and may have said more: the server waits a moment for the next
   * page, as after a reload. The others end at once.
   */
  readonly underWay: readonly string[];
}
