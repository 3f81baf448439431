import type { IncomingHttpHeaders } from 'node:http';
import type { HttpAnswer } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { withoutOurKernelspecs } from './our-kernelspecs.ts';
import { withoutOurDifferences } from './our-page-config.ts';

/** What a client can tell two servers apart by, without what differs between any two runs (times, ids, ports). */
export interface Observation {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const COMPARED_HEADERS = [
  'accept-ranges',
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'allow',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-range',
  'content-security-policy',
  'content-type',
  'expires',
  'last-modified',
  'link',
  'location',
  'set-cookie',
  'www-authenticate',
  'x-content-type-options',
];

export function observe(
  server: JupyterServerProcess,
  answer: HttpAnswer,
  ignoredKeys: readonly string[],
  remembered: ReadonlyMap<string, string>,
): Observation {
  const steady = (text: string): string => withoutVolatile(text, server, remembered);
  const headers = Object.fromEntries(
    COMPARED_HEADERS.flatMap((name) => {
      const value = headerText(answer.headers, name);
      return value === undefined ? [] : [[name, steady(value)]];
    }),
  );
  const body = bodyOf(answer, ignoredKeys, steady, server);
  // A page of the front-ends holds the token, so ours is kept by no cache.
  if (isOurs(server) && isPage(body) && headers['cache-control'] === 'no-store')
    delete headers['cache-control'];
  return { status: answer.status, reason: answer.reason, headers, body };
}

function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  // A cookie's value is a secret of each server; its name and attributes are the contract, in no fixed order.
  if (name === 'set-cookie')
    return (value as string[])
      .map((cookie) => {
        const [pair = '', ...attributes] = cookie.split(';').map((each) => each.trim());
        const [cookieName = '', cookieValue = ''] = pair.split('=');
        const kept = attributes
          // Ours says on the login cookie what most browsers take for granted.
          .filter((each) => each.toLowerCase() !== 'samesite=lax')
          .map((each) => each.replace(/^expires=.*/i, 'expires=<date>').toLowerCase())
          .sort();
        return [`${cookieName}=${cookieValue.replaceAll('"', '') === '' ? '' : '…'}`, ...kept].join('; ');
      })
      .sort()
      .join(' | ');
  const text = String(value);
  return name === 'content-type' ? text.toLowerCase().replace(/;\s*/g, '; ') : text;
}

function withoutVolatile(
  text: string,
  server: JupyterServerProcess,
  remembered: ReadonlyMap<string, string>,
): string {
  let steady = text;
  for (const [name, value] of remembered) if (value !== '') steady = steady.replaceAll(value, `{${name}}`);
  const port = new URL(server.origin).port;
  return steady
    .replaceAll(server.folders.own, '<own>')
    .replaceAll(server.folders.own.slice(1), '<own>')
    .replaceAll(server.token === '' ? '\0' : server.token, '<token>')
    .replace(new RegExp(`(?<=127.0.0.1[:-]|127-0-0-1-|localhost:)${port}`, 'g'), '<port>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)/g, '<time>')
    .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, '<date>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>');
}

function bodyOf(
  answer: HttpAnswer,
  ignoredKeys: readonly string[],
  steady: (text: string) => string,
  server: JupyterServerProcess,
): unknown {
  const type = answer.headers['content-type'] ?? '';
  const text = answer.text();
  if (text === '') return '';
  if (/^(image|font|application\/(octet-stream|zip))/.test(type))
    return `base64:${answer.body.toString('base64')}`;
  if (type.includes('html')) return { html: essenceOfPage(text, ignoredKeys, steady, server) };
  try {
    const body = steadyJson(JSON.parse(text), ignoredKeys, steady);
    return isOurs(server) ? withoutOurKernelspecs(body) : body;
  } catch {
    return steady(text);
  }
}

/** Pages are worded freely; what front-ends and clients read of them is the title and the page configuration. */
function essenceOfPage(
  html: string,
  ignoredKeys: readonly string[],
  steady: (text: string) => string,
  server: JupyterServerProcess,
): unknown {
  const title = /<title>([^]*?)<\/title>/.exec(html)?.[1]?.trim() ?? null;
  // A template that was not filled in has no JSON there.
  const config = /<script id="jupyter-config-data" type="application\/json">\s*(\{\s*"[^]*?)<\/script>/.exec(
    html,
  )?.[1];
  const fields = [...html.matchAll(/<input[^>]*?name="([^"]+)"/g)].map(([, name]) => name);
  return {
    title: title === null ? null : steady(title),
    fields,
    ...(config === undefined
      ? {}
      : { config: essenceOfConfig(steadyJson(JSON.parse(config), ignoredKeys, steady), server) }),
  };
}

function essenceOfConfig(config: unknown, server: JupyterServerProcess): unknown {
  const compared = config as Record<string, unknown>;
  // Found in the order of the file system.
  const federated = (compared['federated_extensions'] as { name: string }[]).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  const sorted = { ...compared, federated_extensions: federated };
  return isOurs(server) ? withoutOurDifferences(sorted) : sorted;
}

const isOurs = (server: JupyterServerProcess): boolean => server.name === 'In the Loop';

function isPage(body: unknown): boolean {
  const { html } = Object(body) as { html?: object };
  return html !== undefined && 'config' in html;
}

function steadyJson(
  value: unknown,
  ignoredKeys: readonly string[],
  steady: (text: string) => string,
): unknown {
  if (typeof value === 'string') return steady(value);
  if (Array.isArray(value)) return value.map((each) => steadyJson(each, ignoredKeys, steady));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]): [string, unknown] => [
    steady(key),
    ignoredKeys.includes(key) ? '<ignored>' : steadyJson(each, ignoredKeys, steady),
  ]);
  const object: Record<string, unknown> = Object.fromEntries(entries);
  // The order of a directory's entries is the file system's.
  if (object['type'] === 'directory' && Array.isArray(object['content']))
    object['content'] = (object['content'] as { name: string }[]).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    );
  return object;
}
