/** A Jupyter server, an Enterprise Gateway or a JupyterHub single-user server that runs kernels for us. */
export interface GatewaySettings {
  /** Its base, with `/` at the end: `https://hub.example/user/ada/`. Neither user name, password nor query in it. */
  readonly url: string;
  /** Sent as `Authorization: token …`. */
  readonly token?: string | undefined;
  /** Sent with each request, for other forms of signing in: `Authorization: Bearer …`, or what a proxy asks for. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** KERNEL_USERNAME: for whom an Enterprise Gateway runs the kernel. */
  readonly kernelUsername?: string | undefined;
  /**
   * Variables for kernels. Enterprise Gateway takes those named `KERNEL_…` and those that its settings allow;
   * jupyter_server takes none.
   */
  readonly kernelEnvironment?: Readonly<Record<string, string>> | undefined;
  /** Default true. */
  readonly verifyTls?: boolean | undefined;
  /** Absolute path of a PEM file, for a server whose certificate the system's authorities have not signed. */
  readonly certificateAuthority?: string | undefined;
  /** How long a kernel may take to start and answer, in seconds. Default 60. */
  readonly launchTimeout?: number | undefined;
}

/** In seconds. */
export const LAUNCH_TIMEOUT = 60;

/** The headers that say who we are. */
export function authorizationOf({ token, headers = {} }: GatewaySettings): Record<string, string> {
  return { ...(token !== undefined && { Authorization: `token ${token}` }), ...headers };
}

/** Takes out of a text what is nobody's business (I10): a server may repeat in an error what it was sent. */
export function withoutSecrets(text: string, settings: GatewaySettings): string {
  const secrets = [settings.token ?? '', ...Object.values(settings.headers ?? {})].filter(
    (secret) => secret.length > 3,
  );
  return secrets.reduce((kept, secret) => kept.replaceAll(secret, '…'), text);
}

/** What is asked for with each kernel. */
export function kernelVariables({
  kernelUsername,
  kernelEnvironment,
}: GatewaySettings): Record<string, string> {
  return { ...kernelEnvironment, ...(kernelUsername !== undefined && { KERNEL_USERNAME: kernelUsername }) };
}
