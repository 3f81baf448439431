import type { LaunchRequest } from '../kernel.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import { kernelspecElsewhere } from '../kernelspecs/kernelspec-elsewhere.ts';
import { stateInPod } from './kernel-pod.ts';
import type { KubernetesSettings } from './kubernetes-settings.ts';

/** What the images of a place have, as its settings say. */
export function podKernelspecs({ kernelspecs }: KubernetesSettings): readonly Kernelspec[] {
  return kernelspecs.map(({ name, displayName, language, argv }) =>
    kernelspecElsewhere({ name, displayName, language, argv, interruptMode: 'signal' }),
  );
}

/** A launch as it is meant in a pod: paths of the server's machine mean nothing there. */
export function requestInPod(
  request: LaunchRequest,
  { workingDirectory }: KubernetesSettings,
): LaunchRequest {
  return {
    kernelId: request.kernelId,
    kernelspec: request.kernelspec,
    // One that is not there means the home folder (`inherits`).
    workingDirectory: workingDirectory ?? '',
    sessionPath: request.sessionPath,
    environment: request.environment,
    // None: `python` is the one that the image has on its PATH.
    pythonPrefix: '/no-environment',
    runtimeDirectory: `${stateInPod(request.kernelId)}/runtime`,
    ...(request.limits !== undefined && { limits: request.limits }),
    inherits: true,
  };
}
