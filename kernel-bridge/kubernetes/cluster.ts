import type * as library from '@kubernetes/client-node';
import type { AuthorizationV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { answeredInTime } from '../places/answered-in-time.ts';
import { PlaceError } from '../places/place-error.ts';
import { ClusterError, clusterErrorOf } from './cluster-error.ts';
import type { KubernetesSettings } from './kubernetes-settings.ts';
import { type WatchListener, watchStream } from './watch-stream.ts';

type Library = typeof library;

interface Access {
  readonly library: Library;
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  readonly authorization: AuthorizationV1Api;
  readonly namespace: string;
}

/** In milliseconds: an answer that takes longer is not waited for. */
const PATIENCE = 30_000;

/** The API server of one cluster, and our namespace in it. */
export class Cluster {
  readonly #settings: Pick<KubernetesSettings, 'kubeconfig' | 'context' | 'namespace'>;
  #access: Promise<Access> | null = null;

  constructor(settings: Pick<KubernetesSettings, 'kubeconfig' | 'context' | 'namespace'>) {
    this.#settings = settings;
  }

  /** @throws PlaceError where there is no usable kubeconfig */
  async namespace(): Promise<string> {
    return (await this.#open()).namespace;
  }

  /** @throws PlaceError as above */
  async address(): Promise<string> {
    return (await this.#open()).config.getCurrentCluster()?.server ?? '';
  }

  /** @throws ClusterError; PlaceError where there is no usable kubeconfig */
  async call<T>(ask: (core: CoreV1Api, namespace: string) => Promise<T>): Promise<T> {
    return this.#ask(({ core, namespace }) => ask(core, namespace));
  }

  /** As whom the cluster knows us. @throws ClusterError */
  async whoAmI(): Promise<string> {
    const review = await this.#ask(({ config, library }) =>
      config.makeApiClient(library.AuthenticationV1Api).createSelfSubjectReview({
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      }),
    );
    return review.status?.userInfo?.username ?? 'nobody';
  }

  /** Whether we may do that in our namespace, and if not, why as far as it is told. @throws ClusterError */
  async mayI(verb: string, resource: string): Promise<{ readonly may: boolean; readonly why: string }> {
    const [name = '', subresource] = resource.split('/');
    const review = await this.#ask(({ authorization, namespace }) =>
      authorization.createSelfSubjectAccessReview({
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: {
            resourceAttributes: {
              namespace,
              verb,
              resource: name,
              ...(subresource !== undefined && { subresource }),
            },
          },
        },
      }),
    );
    return { may: review.status?.allowed ?? false, why: review.status?.reason ?? '' };
  }

  /**
   * Hears what becomes of things in our namespace; resolves when the server has nothing more to say.
   * @param resource `pods`, `events`
   * @throws ClusterError
   */
  async watch(
    resource: string,
    query: Readonly<Record<string, string>>,
    listener: WatchListener,
    signal: AbortSignal,
  ): Promise<void> {
    const { config, namespace } = await this.#open();
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/${resource}`;
    await watchStream({ config, path, query, ...listener, signal }).catch((error: unknown) => {
      throw this.#failure(error);
    });
  }

  async #ask<T>(ask: (access: Access) => Promise<T>): Promise<T> {
    const access = await this.#open();
    try {
      return await answeredInTime(ask(access), PATIENCE, late);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** A kubeconfig whose token is no good is read anew for the next call: people renew it. */
  #failure(error: unknown): ClusterError {
    const failure = clusterErrorOf(error);
    if (failure.status === 401) this.#access = null;
    return failure;
  }

  #open(): Promise<Access> {
    this.#access ??= this.#load().catch((error: unknown) => {
      this.#access = null;
      throw error;
    });
    return this.#access;
  }

  async #load(): Promise<Access> {
    const library = await loadLibrary();
    const config = new library.KubeConfig();
    const { kubeconfig, context, namespace } = this.#settings;
    try {
      if (kubeconfig === null) config.loadFromDefault();
      else config.loadFromFile(kubeconfig);
    } catch (cause) {
      throw unfit(`The kubeconfig cannot be read: ${(cause as Error).message}`, cause);
    }
    if (context !== null) {
      if (config.getContextObject(context) === null)
        throw unfit(`The kubeconfig has no context ${JSON.stringify(context)}.`);
      config.setCurrentContext(context);
    }
    if (config.getCurrentCluster() === null) throw unfit('The kubeconfig names no cluster for its context.');
    return {
      library,
      config,
      core: config.makeApiClient(library.CoreV1Api),
      authorization: config.makeApiClient(library.AuthorizationV1Api),
      namespace: namespace ?? config.getContextObject(config.getCurrentContext())?.namespace ?? 'default',
    };
  }
}

/** 20 MB of memory that a server without Kubernetes does not need. */
async function loadLibrary(): Promise<Library> {
  try {
    return await import('@kubernetes/client-node');
  } catch (cause) {
    throw new PlaceError(
      'PLACE_UNFIT',
      `The client for Kubernetes cannot be loaded: ${(cause as Error).message}`,
      'It needs Node 22.19 or newer.',
      {},
      { cause },
    );
  }
}

function unfit(message: string, cause?: unknown): PlaceError {
  const remedy =
    'Name a kubeconfig, and a context in it, in the settings of this place; `kubectl config get-contexts` lists them.';
  return new PlaceError('PLACE_UNFIT', message, remedy, {}, { cause });
}

function late(): ClusterError {
  return new ClusterError(null, 'Timeout', `it has not answered in ${PATIENCE / 1000} s`);
}
