import { PlaceError } from '../places/place-error.ts';

/** What the API server of a cluster answered, or why it did not. */
export class ClusterError extends Error {
  /**
   * @param status of HTTP; null where there was no answer
   * @param reason in one word, as Kubernetes has it: `Forbidden`, `AlreadyExists`
   * @param message Kubernetes' own words
   */
  constructor(
    readonly status: number | null,
    readonly reason: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'ClusterError';
  }
}

/** Whether a thing is not there (any more). */
export function isGone(error: unknown): boolean {
  return error instanceof ClusterError && error.status === 404;
}

/** Any failure of a call as a ClusterError; `ApiException` of the client library holds a Status of Kubernetes as text. */
export function clusterErrorOf(error: unknown): ClusterError {
  if (error instanceof ClusterError) return error;
  const { code, body, message, cause } = error as Error & { code?: unknown; body?: unknown; cause?: unknown };
  // The library's own error says the same again, with all headers.
  if (typeof code === 'number') return fromStatus(code, body);
  const why = cause instanceof Error && cause.message !== '' ? cause.message : message;
  return new ClusterError(null, 'Unreachable', why, { cause: error });
}

/** @param body a Status of Kubernetes as an object or as JSON, or any text of a proxy between */
export function fromStatus(status: number, body: unknown): ClusterError {
  const { reason, message } = statusIn(body);
  const words =
    message ?? (typeof body === 'string' && body !== '' ? body.slice(0, 500) : `HTTP status ${status}`);
  return new ClusterError(status, reason ?? (status === 401 ? 'Unauthorized' : `HTTP ${status}`), words);
}

function statusIn(body: unknown): { readonly reason?: string; readonly message?: string } {
  try {
    const value: unknown = typeof body === 'string' ? JSON.parse(body) : body;
    if (typeof value !== 'object' || value === null) return {};
    const { reason, message } = value as Record<string, unknown>;
    return {
      ...(typeof reason === 'string' && { reason }),
      ...(typeof message === 'string' && { message }),
    };
  } catch {
    return {}; // Some other text, which is shown as it is.
  }
}

/** What a person is told who wants a kernel. */
export function placeErrorOf(error: unknown): PlaceError {
  if (error instanceof PlaceError) return error;
  const failure = clusterErrorOf(error);
  const { status, message } = failure;
  const options = { cause: failure };
  if (status === null || status >= 500)
    return new PlaceError(
      'PLACE_UNREACHABLE',
      `The API server of the cluster cannot be reached: ${message}`,
      'Check the address in the kubeconfig, and whether `kubectl get pods` works on this machine.',
      {},
      options,
    );
  if (status === 401)
    return new PlaceError(
      'PLACE_DENIED',
      `The cluster does not know this server (any more): ${message}`,
      'Its token or certificate is wrong or has expired. Renew it in the kubeconfig; it is read anew by itself.',
      {},
      options,
    );
  if (status === 403 && !/exceeded quota/.test(message))
    return new PlaceError(
      'PLACE_DENIED',
      `The cluster does not allow it: ${message}`,
      'Give the account the role of docs/kubernetes/rbac.yaml in this namespace.',
      {},
      options,
    );
  return new PlaceError(
    'PLACE_REFUSED',
    `Kubernetes says ${failure.reason}: ${message}`,
    'Ask for less, or change the pod in the settings of this place.',
    {},
    options,
  );
}
