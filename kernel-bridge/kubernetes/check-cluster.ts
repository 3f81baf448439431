import { PlaceError } from '../places/place-error.ts';
import type { Cluster } from './cluster.ts';
import { placeErrorOf } from './cluster-error.ts';
import { kernelPod } from './kernel-pod.ts';
import type { KubernetesSettings } from './kubernetes-settings.ts';
import { chooseResources } from './pod-resources.ts';

/** All that a kernel's life needs, as docs/kubernetes/rbac.yaml grants it. */
const NEEDED = [
  ['create', 'pods'],
  ['list', 'pods'],
  ['watch', 'pods'],
  ['delete', 'pods'],
  ['get', 'pods/log'],
  ['list', 'events'],
  ['watch', 'events'],
  ['create', 'secrets'],
  ['patch', 'secrets'],
  ['delete', 'secrets'],
] as const;

/**
 * Tries what a kernel needs, without starting one.
 * @param url where its pod would dial in
 * @throws PlaceError
 */
export async function checkCluster(
  cluster: Cluster,
  settings: KubernetesSettings,
  { serverId, url }: { readonly serverId: string; readonly url: string },
  step: (text: string) => void,
): Promise<void> {
  try {
    step(`Connects to the API server ${await cluster.address()}`);
    const who = await cluster.whoAmI();
    const namespace = await cluster.namespace();
    step(`Asks what ${who} may do in the namespace ${namespace}`);
    for (const [verb, resource] of NEEDED) {
      const { may, why } = await cluster.mayI(verb, resource);
      if (!may) throw forbidden(who, verb, resource, namespace, why);
    }
    step('Lets the API server judge a pod of this place, without starting it');
    const purpose = { kernelId: 'check', serverId, notebook: null, url, ...chooseResources(settings, {}) };
    const body = kernelPod(settings, purpose);
    await cluster.call((core) => core.createNamespacedPod({ namespace, body, dryRun: 'All' }));
  } catch (error) {
    throw placeErrorOf(error);
  }
}

function forbidden(who: string, verb: string, resource: string, namespace: string, why: string): PlaceError {
  return new PlaceError(
    'PLACE_DENIED',
    `${who} may not ${verb} ${resource} in the namespace ${namespace}${why === '' ? '' : `: ${why}`}.`,
    'Give the account the role of docs/kubernetes/rbac.yaml in this namespace.',
  );
}
