/** A namespace of a cluster, and what pods for kernels look like in it. Fields with names of Kubernetes are as it has them. */
export interface KubernetesSettings {
  /** Path of a file; null for what kubectl would take: $KUBECONFIG, ~/.kube/config, or the cluster that the server is in. */
  readonly kubeconfig: string | null;
  /** Of the kubeconfig; null for its current one. */
  readonly context: string | null;
  /** Null for that of the context. */
  readonly namespace: string | null;
  /** Where pods reach this server, as `https://jupyter.example/user/ada`; null for the address that the server itself knows. */
  readonly serverUrl: string | null;
  /** The first is taken where nobody chooses. */
  readonly images: readonly string[];
  readonly kernelspecs: readonly PodKernelspec[];
  readonly resources: PodResources;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly object[];
  readonly volumes: readonly object[];
  readonly volumeMounts: readonly object[];
  /** Claims by name, and where each is mounted. */
  readonly persistentVolumeClaims: Readonly<Record<string, string>>;
  readonly serviceAccountName: string | null;
  readonly imagePullSecrets: readonly string[];
  /** In the container; null for that of the image. */
  readonly workingDirectory: string | null;
  /** Laid over the pod that comes of all the above (`mergeTemplate`). */
  readonly podTemplate: Readonly<Record<string, unknown>>;
}

/** A kernel that the images have. */
export interface PodKernelspec {
  readonly name: string;
  readonly displayName: string;
  readonly language: string;
  /** As in a kernel.json. */
  readonly argv: readonly string[];
}

export interface PodResources {
  readonly cpu: ResourceBounds | null;
  readonly memory: ResourceBounds | null;
  readonly gpu: (ResourceBounds & { readonly resource: string }) | null;
}

/** Quantities of Kubernetes: `2`, `500m`, `4Gi`. */
export interface ResourceBounds {
  readonly initial: string;
  /** The most that may be asked for; null for as much as the cluster gives. */
  readonly maximum: string | null;
}

/** What runs where nothing else is said. */
export const PYTHON: PodKernelspec = {
  name: 'python3',
  displayName: 'Python 3 (ipykernel)',
  language: 'python',
  argv: ['python', '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
};
