/**
 * Whether a connection may have the identity of an earlier one (ZMQ_ROUTER_HANDOVER, which ipykernel sets). Other kernels
 * may refuse it for as long as they have not noticed that the earlier one is gone, and would never answer: those get a
 * new one, and what they answer to the earlier one is missed.
 */
export function letsIdentityMove(kernelInfo: Readonly<Record<string, unknown>> | null): boolean {
  return kernelInfo === null || kernelInfo['implementation'] === 'ipython';
}
