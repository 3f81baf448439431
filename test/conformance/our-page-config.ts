import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { VERSION } from '../../server/version.ts';
import { PREFIX } from '../servers/stock-server.ts';

type PageConfig = Record<string, unknown>;

const EXTENSIONS = join(import.meta.dirname, '..', '..', 'dist', 'labextensions');

/** What every page of ours says otherwise, on purpose; undefined stands for saying nothing. */
const DIFFERENCES: Readonly<Record<string, { readonly ours: unknown; readonly stock: unknown }>> = {
  // An installed JupyterLab is not rebuilt by this server, and nothing is fetched from the internet unasked.
  buildAvailable: { ours: false, stock: true },
  buildCheck: { ours: false, stock: true },
  news: { ours: { disabled: true }, stock: { disabled: false } },
  extensionManager: {
    ours: { name: 'read-only', can_install: false, install_path: PREFIX },
    stock: { name: 'PyPI', can_install: true, install_path: PREFIX },
  },
  // By these our lab extension is found, and knows that it is served by this server.
  extraLabextensionsPath: { ours: [EXTENSIONS], stock: [] },
  inTheLoopVersion: { ours: VERSION, stock: undefined },
  inTheLoopCollaboration: { ours: 'on', stock: undefined },
  // Said by jupyter-lsp, which runs inside of jupyter_server.
  rootUri: { ours: undefined, stock: 'file://<own>/root' },
  virtualDocumentsUri: { ours: undefined, stock: 'file://<own>/root/.virtual_documents' },
};
/** Asks about news; and what our extension has its own in place of. */
const DISABLED = [
  '@jupyterlab/apputils-extension:announcements',
  '@jupyterlab/hub-extension:connectionlost',
  '@jupyterlab/notebook-extension:cell-executor',
];
const OUR_EXTENSION = {
  name: '@in-the-loop/lab-extension',
  extension: './extension',
  entrypoints: null,
};

/**
 * Our page config with each deliberate difference put back to Jupyter's value, but only where it is exactly as meant:
 * anything else stays, and is then found by the comparison.
 */
export function withoutOurDifferences(config: PageConfig): PageConfig {
  const compared = { ...config };
  for (const [key, { ours, stock }] of Object.entries(DIFFERENCES)) {
    if (!isDeepStrictEqual(compared[key], ours)) continue;
    if (stock === undefined) delete compared[key];
    else compared[key] = stock;
  }
  // Which folder a browser's offline copies are of; a hash of its place.
  if (/^[0-9a-f]{32}$/.test(String(compared['inTheLoopRoot']))) delete compared['inTheLoopRoot'];
  // Where what runs kernels in a page is; its addresses change with what is there.
  if (String(compared['inTheLoopBrowserRuntime']).startsWith('{"hostUrl":'))
    delete compared['inTheLoopBrowserRuntime'];
  for (const disabled of DISABLED)
    compared['disabledExtensions'] = withoutOne(compared['disabledExtensions'], (id) => id === disabled);
  compared['federated_extensions'] = withoutOne(compared['federated_extensions'], isOurExtension);
  return compared;
}

function isOurExtension(entry: unknown): boolean {
  const { load, ...rest } = entry as PageConfig;
  return /^static\/remoteEntry\.\w+\.js$/.test(String(load)) && isDeepStrictEqual(rest, OUR_EXTENSION);
}

/** Where it is not there exactly once, the list is made one that nothing equals. */
function withoutOne(list: unknown, isOurs: (element: unknown) => boolean): unknown {
  const elements = list as unknown[];
  const others = elements.filter((element) => !isOurs(element));
  return others.length === elements.length - 1 ? others : [...elements, 'ours is not in here once'];
}
