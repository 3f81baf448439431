import { ATTACH_KIND } from '../attach/attach-target.ts';
import type { LoadLauncher } from './place-launchers.ts';

/** What starts kernels elsewhere, by the `kind` of their targets. */
export const LAUNCHERS: Readonly<Record<string, LoadLauncher>> = {
  attach: async () => {
    const [{ RemoteLauncher }, { AttachHost }] = await Promise.all([
      import('../remote/remote-launcher.ts'),
      import('../attach/attach-host.ts'),
    ]);
    return ({ log, folder }) =>
      new RemoteLauncher({ kind: ATTACH_KIND, host: new AttachHost(), log, folder });
  },
  ssh: async () => {
    const [{ RemoteLauncher }, { SSH_KIND, SshHosts }] = await Promise.all([
      import('../remote/remote-launcher.ts'),
      import('../ssh/ssh-hosts.ts'),
    ]);
    return ({ log, folder }) => new RemoteLauncher({ kind: SSH_KIND, host: new SshHosts(log), log, folder });
  },
  slurm: async () => {
    const [{ RemoteLauncher }, { SlurmHost }] = await Promise.all([
      import('../remote/remote-launcher.ts'),
      import('../slurm/slurm-host.ts'),
    ]);
    return (options) => new RemoteLauncher({ ...options, kind: 'slurm', host: new SlurmHost(options) });
  },
  gateway: async () => {
    const { GatewayLauncher } = await import('../gateway/gateway-launcher.ts');
    return (options) => new GatewayLauncher(options);
  },
};
