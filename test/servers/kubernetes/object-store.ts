import { statusOf } from './status.ts';

export interface Stored {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}
interface Past {
  readonly resource: string;
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Stored;
}

/** Objects with one count of versions over all, and what became of them. */
export class ObjectStore {
  version = 100;
  readonly #objects = new Map<string, Stored>();
  #past: Past[] = [];
  #oldest = 0;
  readonly #watches = new Set<(past: Past) => void>();

  get(resource: string, name: string): Stored | null {
    return this.#objects.get(`${resource}/${name}`) ?? null;
  }

  list(resource: string, query: URLSearchParams): Stored[] {
    return [...this.#objects]
      .filter(([key, object]) => key.startsWith(`${resource}/`) && isSelected(object, query))
      .map(([, object]) => object);
  }

  add(resource: string, object: Stored): Stored {
    return this.#become(resource, object, 'ADDED');
  }

  change(resource: string, object: Stored, fields: Partial<Stored>): Stored {
    return this.#become(resource, { ...object, ...fields }, 'MODIFIED');
  }

  remove(resource: string, object: Stored): void {
    this.#become(resource, object, 'DELETED');
    this.#objects.delete(`${resource}/${object.metadata.name}`);
  }

  /** Forgets what became until now, as etcd does after a while: who asks from before gets 410 Gone. */
  compact(): void {
    this.#past = [];
    this.#oldest = this.version;
  }

  /** @returns what ends it */
  watch(resource: string, query: URLSearchParams, hear: (change: Change) => void): () => void {
    // Who names none hears all that there is.
    const from = Number(query.get('resourceVersion') ?? this.#oldest);
    if (from < this.#oldest) {
      const message = `too old resource version: ${from} (${this.#oldest})`;
      hear({ type: 'ERROR', object: statusOf(410, 'Expired', message) });
      return () => undefined;
    }
    const pass = (past: Past): void => {
      if (past.resource === resource && isSelected(past.object, query)) hear(past);
    };
    for (const past of this.#past) if (past.version > from) pass(past);
    this.#watches.add(pass);
    return () => this.#watches.delete(pass);
  }

  #become(resource: string, object: Stored, type: Past['type']): Stored {
    const version = ++this.version;
    const metadata = { ...object.metadata, resourceVersion: String(version) };
    const stored = { ...object, metadata };
    this.#objects.set(`${resource}/${object.metadata.name}`, stored);
    const past = { resource, version, type, object: stored };
    this.#past.push(past);
    for (const pass of this.#watches) pass(past);
    return stored;
  }
}

function isSelected(object: Stored, query: URLSearchParams): boolean {
  return (
    pairs(query.get('labelSelector')).every(([name, value]) => object.metadata.labels?.[name] === value) &&
    pairs(query.get('fieldSelector')).every(([path, value]) => fieldAt(object, path) === value)
  );
}

function pairs(selector: string | null): [string, string][] {
  return (selector ?? '')
    .split(',')
    .filter((pair) => pair !== '')
    .map((pair) => pair.split(/==?/) as [string, string]);
}

function fieldAt(object: Stored, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], object);
}
