import { BROWSER_PLACE } from '../../../server/wire/browser-runtime.ts';

/** What of the page tells whether a request is about kernels in browsers. */
export interface KnownKernels {
  /** The name of a running kernel's kernelspec; null where it is not known here. */
  specOf(kernelId: string): string | null;
  /** The names of the kernelspecs that these cells of an open notebook ask for. */
  kernelsOf(path: string, cells: readonly string[]): readonly string[];
}

const RESTART = /^api\/kernels\/([^/]+)\/restart$/;
const STARTS = /^api\/(kernels|sessions(\/[^/]+)?|in-the-loop\/v1\/runs)$/;

/** Whether a request is of a kind that may start any kernel, so that its body is worth a look. */
export function isAboutKernels(method: string, path: string): boolean {
  return (method === 'POST' || method === 'PATCH') && (STARTS.test(path) || RESTART.test(path));
}

/**
 * Whether a request to Jupyter's REST API or ours may start a kernel in a browser, so that this page's host must be there
 * before it is sent.
 * @param path behind the base URL
 * @param body as JSON; null for none
 */
export function mayStartHere(method: string, path: string, body: unknown, known: KnownKernels): boolean {
  if (!isAboutKernels(method, path)) return false;
  const restarted = RESTART.exec(path)?.[1];
  if (restarted !== undefined) return isOfBrowser(known.specOf(decodeURIComponent(restarted)));
  const asked = fieldsOf(body);
  if (path === 'api/kernels') return isOfBrowser(asked['name']);
  const kernel = fieldsOf(asked['kernel']);
  if (path.startsWith('api/sessions')) return isOfBrowser(kernel['name']);
  const spec = typeof kernel['id'] === 'string' ? known.specOf(kernel['id']) : kernel['name'];
  if (isOfBrowser(spec)) return true;
  const cells = Array.isArray(asked['cells'])
    ? asked['cells'].filter((cell) => typeof cell === 'string')
    : [];
  const notebook = typeof asked['path'] === 'string' ? asked['path'] : '';
  return known.kernelsOf(notebook, cells).some(isOfBrowser);
}

function isOfBrowser(kernelspec: unknown): boolean {
  return typeof kernelspec === 'string' && kernelspec.startsWith(`${BROWSER_PLACE}.`);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
