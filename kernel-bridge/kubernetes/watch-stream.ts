import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { ClusterError, fromStatus } from './cluster-error.ts';

/** One line of a watch. Of ERROR, the object is a Status; of BOOKMARK, it has nothing but its resourceVersion. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Readonly<Record<string, unknown>>;
}

export interface WatchListener {
  /** All that becomes is heard from now on. */
  readonly opened: () => void;
  readonly hear: (event: WatchEvent) => void;
}

/** In milliseconds. API servers send bookmarks about once a minute: one that says nothing is not there any more. */
const SILENCE = 180_000;
/** One object of Kubernetes has at most 1.5 MiB. */
const LONGEST_LINE = 4 * 1024 * 1024;

/**
 * Hears a watch until it ends. Over node:http and not by the library's Watch, which takes half a minute without news for a
 * break, and what cannot be parsed for nothing.
 * @throws ClusterError
 */
export async function watchStream({
  config,
  path,
  query,
  opened,
  hear,
  signal,
}: {
  readonly config: KubeConfig;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
} & WatchListener): Promise<void> {
  const url = new URL(`${config.getCurrentCluster()?.server ?? ''}${path}`);
  for (const [name, value] of Object.entries({ ...query, watch: 'true' })) url.searchParams.set(name, value);
  const options: RequestOptions = { method: 'GET', timeout: SILENCE };
  await config.applyToHTTPSOptions(options);
  const response = await respond(url, { ...options, signal });
  if (response.statusCode !== 200) throw fromStatus(response.statusCode ?? 500, await textOf(response));
  opened();
  let rest = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE) throw new Error('it says more than any object has');
      for (const line of lines) if (line !== '') hear(JSON.parse(line) as WatchEvent);
    }
  } catch (cause) {
    response.destroy();
    throw new ClusterError(null, 'Broken', `the watch broke: ${(cause as Error).message}`, { cause });
  }
}

function respond(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(new ClusterError(null, 'Unreachable', cause.message, { cause }));
    // Asked for like this, for an `import` of them loads Node's whole web client.
    const { request: ask } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
    const request = ask(url, options, resolve);
    request.on('timeout', () => request.destroy(new Error('it says nothing')));
    request.on('error', fail);
    request.end();
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of response as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
