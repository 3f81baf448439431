import type { Kernel } from '@jupyterlab/services';

type Hook = Parameters<Kernel.IKernelConnection['registerMessageHook']>[1];

/**
 * Lets ipywidgets' Output widgets have what a run says that the server sent: JupyterLab passes to their hooks what
 * answers the page's own requests, and nothing else. As there, the page that asked for the run does it, and the kernel
 * tells the others.
 * @param mayBeOwn whether this page asked for the run of this id, which is its request's
 */
export function captureOutputs(kernel: Kernel.IKernelConnection, mayBeOwn: (runId: string) => boolean): void {
  /** By request, the last one registered first. */
  const hooks = new Map<string, Hook[]>();
  const register = kernel.registerMessageHook.bind(kernel);
  const remove = kernel.removeMessageHook.bind(kernel);
  kernel.registerMessageHook = (requestId, hook) => {
    hooks.set(requestId, [hook, ...(hooks.get(requestId) ?? [])]);
    register(requestId, hook);
  };
  kernel.removeMessageHook = (requestId, hook) => {
    const left = (hooks.get(requestId) ?? []).filter((each) => each !== hook);
    if (left.length > 0) hooks.set(requestId, left);
    else hooks.delete(requestId);
    remove(requestId, hook);
  };
  kernel.iopubMessage.connect((_, message) => {
    const parent = message.parent_header;
    if (!('msg_id' in parent) || parent.session === kernel.clientId || !mayBeOwn(parent.msg_id)) return;
    for (const hook of hooks.get(parent.msg_id) ?? []) if (hook(message) === false) return;
  });
}
