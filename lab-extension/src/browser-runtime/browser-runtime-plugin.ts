import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import { HOST_LINK_PATH, HOSTS_PATH, type HostLeft } from '../../../server/wire/browser-runtime.ts';
import {
  BROWSER_RUNTIME_OPTION,
  type BrowserRuntimeFiles,
} from '../../../server/wire/browser-runtime-files.ts';
import { serverVersion } from '../server-version.ts';
import { ILiveDocuments } from '../tokens.ts';
import { IBrowserRuntime } from './browser-runtime.ts';
import { browserTitle } from './browser-title.ts';
import { carryHost } from './carry-host.ts';
import type { HostSettings } from './host/page-talk.ts';
import { knownKernels } from './known-kernels.ts';
import { isAnythingLeft } from './left-in-browser.ts';
import { openHostFrame } from './open-host-frame.ts';
import { PageRuntime } from './page-runtime.ts';
import { shareWhenSynchronised, whenSynchronised } from './share-when-synchronised.ts';

export const browserRuntimePlugin: JupyterFrontEndPlugin<PageRuntime | null> = {
  id: '@in-the-loop/lab-extension:browser-runtime',
  description: 'Runs kernels in this page, for the server or for the page alone.',
  autoStart: true,
  provides: IBrowserRuntime,
  optional: [ILiveDocuments],
  activate({ serviceManager }: JupyterFrontEnd, live: ILiveDocuments | null) {
    const files = filesOfPage();
    if (serverVersion() === null || files === null) return null;
    const { serverSettings } = serviceManager;
    const settings = hostSettings(serverSettings, files);
    const { baseUrl } = serverSettings;
    const runtime = new PageRuntime(settings, () =>
      openHostFrame(new URL('host.html', absolute(baseUrl, files.hostUrl)).href),
    );
    carryHost(serverSettings, runtime, knownKernels(serviceManager, live), ({ message }) =>
      Notification.warning(`A kernel cannot be run in this browser: ${message}`, { autoClose: 8_000 }),
    );
    runtime.problem.connect((_, text) => void Notification.warning(text, { autoClose: 8_000 }));
    if (live !== null) {
      shareWhenSynchronised(runtime, live);
      void whenSynchronised(live)
        .then(() => isAnythingLeft(settings.server))
        .then((isLeft) => (isLeft ? runtime.connected() : undefined))
        // The next page tries again; nothing is lost by that.
        .catch(() => undefined);
    }
    addEventListener('pagehide', ({ persisted }) => {
      // One that comes back from the browser's cache has lost nothing.
      if (!persisted && runtime.isStarted) tellLeft(serverSettings, settings, runtime);
    });
    return runtime;
  },
};

function filesOfPage(): BrowserRuntimeFiles | null {
  const option = PageConfig.getOption(BROWSER_RUNTIME_OPTION);
  return option === '' ? null : (JSON.parse(option) as BrowserRuntimeFiles);
}

function hostSettings(
  { baseUrl, wsUrl, token, appendToken }: ServerConnection.ISettings,
  files: BrowserRuntimeFiles,
): HostSettings {
  const linkUrl = URLExt.join(wsUrl, HOST_LINK_PATH);
  return {
    hostId: UUID.uuid4(),
    secret: `${UUID.uuid4()}${UUID.uuid4()}`,
    title: browserTitle(navigator.userAgent),
    linkUrl: appendToken && token !== '' ? `${linkUrl}?token=${encodeURIComponent(token)}` : linkUrl,
    server: new URL(baseUrl, location.href).pathname,
    python: {
      distributionUrl: absolute(baseUrl, files.distributionUrl),
      archiveUrl: absolute(baseUrl, files.archiveUrl),
      snapshotUrl: files.snapshotUrl === null ? null : absolute(baseUrl, files.snapshotUrl),
      packagesUrl: files.packagesUrl === null ? null : absolute(baseUrl, files.packagesUrl),
      indexUrls: files.indexUrls,
      memory: files.memory,
    },
  };
}

function absolute(baseUrl: string, url: string): string {
  return new URL(url, new URL(baseUrl, location.href)).href;
}

/** The page goes away: what waits for nothing of it can end at once. Where this does not arrive, the server waits a while. */
function tellLeft(
  { baseUrl, token }: ServerConnection.ISettings,
  { hostId, secret }: HostSettings,
  { unshared, underWay }: PageRuntime,
): void {
  const cookie = /(?:^|; )_xsrf=([^;]*)/.exec(document.cookie)?.[1];
  void fetch(URLExt.join(baseUrl, HOSTS_PATH, hostId, 'left'), {
    method: 'POST',
    keepalive: true,
    headers: {
      'Content-Type': 'application/json',
      ...(token === '' ? {} : { Authorization: `token ${token}` }),
      ...(cookie === undefined ? {} : { 'X-XSRFToken': cookie }),
    },
    body: JSON.stringify({ secret, unshared, underWay } satisfies HostLeft),
    // The server finds out by itself, later.
  }).catch(() => undefined);
}
