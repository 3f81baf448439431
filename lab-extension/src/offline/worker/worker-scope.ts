/** What is used of a service worker's global scope: its own types cannot stand beside those of a page in one program. */
export interface WorkerScope {
  readonly registration: Pick<ServiceWorkerRegistration, 'scope' | 'unregister'>;
  readonly caches: CacheStorage;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { includeUncontrolled: boolean }): Promise<readonly WorkerClient[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install', listener: (event: WorkerInstallEvent) => void): void;
  addEventListener(type: 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: WorkerFetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: WorkerEvent & MessageEvent) => void): void;
}

export interface WorkerClient {
  readonly url: string;
  postMessage(message: unknown): void;
}

export interface WorkerEvent {
  waitUntil(promise: Promise<unknown>): void;
}

export interface WorkerInstallEvent extends WorkerEvent {
  /** Of the Service Worker Static Routing API, which Chromium has. */
  addRoutes?(rule: {
    readonly condition: { readonly urlPattern: { readonly pathname: string } };
    readonly source: 'race-network-and-fetch-handler';
  }): Promise<void>;
}

export interface WorkerFetchEvent extends WorkerEvent {
  readonly request: Request;
  readonly clientId: string;
  /** Of the page that a navigation makes. */
  readonly resultingClientId: string;
  respondWith(response: Promise<Response>): void;
}
