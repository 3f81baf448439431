import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ObjectStore, type Stored } from './object-store.ts';
import { invalidPod } from './pod-validation.ts';
import { type Status, statusOf } from './status.ts';

const TOKEN = 'a-token';

interface Asked {
  readonly method: string;
  readonly resource: string;
  readonly name: string | null;
  readonly part: string | null;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/**
 * As much of a Kubernetes API server as pods for kernels need, over HTTP: objects, their versions, watches, and the errors
 * that it answers with. test/places holds it to what a real one answers.
 */
export class ClusterDouble {
  readonly store = new ObjectStore();
  /** `create pods`, `watch events`: what the account may not do. */
  readonly forbidden = new Set<string>();
  /** Judges a pod that is to be made, as an admission controller does. */
  admit: (pod: Stored) => Status | null = () => null;
  /** What a container printed, by its pod's name. */
  readonly logs = new Map<string, string>();
  /** `verb resource` of all that was asked, in order. */
  readonly asked: string[] = [];
  token = TOKEN;
  #server: Server | null = null;
  #port = 0;
  readonly #sockets = new Set<Socket>();

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** For `KUBECONFIG`; JSON is YAML too. */
  kubeconfig(token = TOKEN, namespace = 'kernels'): string {
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      clusters: [{ name: 'c', cluster: { server: this.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: { token } }],
      contexts: [{ name: 'test', context: { cluster: 'c', user: 'u', namespace } }],
    });
  }

  /** Listens, and after `away` at the same address. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** It breaks all connections, and takes none. Also its end. */
  async away(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const text = Buffer.concat(pieces).toString();
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, {
        'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
      });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return send(401, statusOf(401, 'Unauthorized', 'Unauthorized'));
    const url = new URL(request.url ?? '/', this.url);
    const body: unknown = text === '' ? null : JSON.parse(text);
    if (url.pathname.endsWith('/selfsubjectreviews'))
      return send(201, {
        ...(body as object),
        status: { userInfo: { username: 'system:serviceaccount:kernels:in-the-loop' } },
      });
    if (url.pathname.endsWith('/selfsubjectaccessreviews')) return send(201, this.#review(body as Review));
    const [, resource = '', name = null, part = null] =
      /^\/api\/v1(?:\/namespaces\/kernels)?\/(nodes|pods|secrets|events)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
        url.pathname,
      ) ?? [];
    const asked = { method: request.method ?? 'GET', resource, name, part, query: url.searchParams, body };
    const verb = verbOf(asked);
    this.asked.push(`${verb} ${resource}`);
    if (this.forbidden.has(`${verb} ${resource}`)) return send(403, forbidden(verb, resource, name));
    if (verb === 'watch') return this.#watch(asked, response);
    const { status, answer } = this.#do(asked);
    send(status, answer);
  }

  #do(asked: Asked): { readonly status: number; readonly answer: unknown } {
    const { method, resource, name, part, body, query } = asked;
    const failed = (status: Status) => ({ status: status.code, answer: status });
    if (method === 'POST' && name === null) {
      const made = this.#create(resource, body as Stored, query.get('dryRun') === 'All');
      return 'message' in made ? failed(made as Status) : { status: 201, answer: made };
    }
    if (method === 'GET' && name === null)
      return {
        status: 200,
        answer: {
          kind: 'List',
          apiVersion: 'v1',
          metadata: { resourceVersion: String(this.store.version) },
          items: this.store.list(resource, query),
        },
      };
    const object = this.store.get(resource, name ?? '');
    if (object === null)
      return failed(statusOf(404, 'NotFound', `${resource} ${JSON.stringify(name)} not found`));
    if (part === 'log') return { status: 200, answer: this.logs.get(name ?? '') ?? '' };
    if (part === 'binding') {
      const target = (body as { target: { name: string } }).target.name;
      const condition = { type: 'PodScheduled', status: 'True' };
      this.store.change(resource, object, {
        spec: { ...(object['spec'] as object), nodeName: target },
        status: { ...(object['status'] as object), conditions: [condition] },
      });
      return { status: 201, answer: { kind: 'Status', status: 'Success' } };
    }
    if (method === 'DELETE') return { status: 200, answer: this.#delete(resource, object, query) };
    if (method === 'PATCH') return { status: 200, answer: this.#patch(asked, object) };
    return { status: 200, answer: object };
  }

  #create(resource: string, given: Stored, isDryRun: boolean): Stored | Status {
    const name = given.metadata.name;
    if (this.store.get(resource, name) !== null)
      return statusOf(409, 'AlreadyExists', `${resource} ${JSON.stringify(name)} already exists`);
    const refused = resource === 'pods' ? (invalidPod(given) ?? this.admit(given)) : null;
    if (refused !== null) return refused;
    const metadata = {
      ...given.metadata,
      uid: randomUUID(),
      namespace: 'kernels',
      creationTimestamp: new Date().toISOString(),
    };
    const { stringData, ...rest } = given as Stored & { stringData?: Record<string, string> };
    const data = Object.fromEntries(
      Object.entries(stringData ?? {}).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    );
    const object = {
      ...rest,
      metadata,
      ...(stringData !== undefined && { data }),
      ...(resource === 'pods' && { status: { phase: 'Pending' } }),
    };
    return isDryRun ? object : this.store.add(resource, object);
  }

  /** A pod that has a node is gone once its kubelet says so: without grace, or by itself. */
  #delete(resource: string, object: Stored, query: URLSearchParams): Stored {
    const { nodeName } = (object['spec'] ?? {}) as { nodeName?: string };
    if (resource !== 'pods' || nodeName === undefined || query.get('gracePeriodSeconds') === '0') {
      this.store.remove(resource, object);
      return object;
    }
    const deletionTimestamp = new Date().toISOString();
    return this.store.change(resource, object, { metadata: { ...object.metadata, deletionTimestamp } });
  }

  /** JSON Patches that add, and merge patches of a status. */
  #patch({ resource, part, body }: Asked, object: Stored): Stored {
    if (Array.isArray(body)) {
      const [{ path, value }] = body as [{ path: string; value: unknown }];
      const [, field = '', inner = ''] = path.split('/');
      const changed = { ...(object[field] as object), [inner]: value };
      return this.store.change(
        resource,
        object,
        part === 'status' && inner === '' ? { status: value } : { [field]: changed },
      );
    }
    return this.store.change(resource, object, body as Partial<Stored>);
  }

  #watch({ resource, query }: Asked, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const stop = this.store.watch(resource, query, (event) => {
      response.write(`${JSON.stringify(event)}\n`);
      if (event.type === 'ERROR') response.end();
    });
    response.on('close', stop);
  }

  #review(review: Review): object {
    const { verb, resource } = review.spec.resourceAttributes;
    return { ...review, status: { allowed: !this.forbidden.has(`${verb} ${resource}`) } };
  }
}

interface Review {
  readonly spec: { readonly resourceAttributes: { readonly verb: string; readonly resource: string } };
}

function verbOf({ method, query, name }: Pick<Asked, 'method' | 'query' | 'name'>): string {
  if (method === 'GET') return query.get('watch') === 'true' ? 'watch' : name === null ? 'list' : 'get';
  return { POST: 'create', PATCH: 'patch', DELETE: 'delete' }[method] ?? method;
}

function forbidden(verb: string, resource: string, name: string | null): Status {
  const which = name === null ? '' : ` ${JSON.stringify(name)}`;
  return statusOf(
    403,
    'Forbidden',
    `${resource}${which} is forbidden: User "system:serviceaccount:kernels:in-the-loop" cannot ${verb} resource "${resource}" in API group "" in the namespace "kernels"`,
  );
}
