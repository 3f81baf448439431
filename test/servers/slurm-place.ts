import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendOk } from './http.ts';
import type { JupyterServerProcess } from './jupyter-server-process.ts';
import type { SlurmCluster } from './slurm.ts';

export const PLACES = '/api/in-the-loop/v1/places';

/** Adds the cluster to a server as the place `cluster`; resolves when its kernels can be started. */
export async function addCluster(
  server: JupyterServerProcess,
  cluster: SlurmCluster,
  settings: object = {},
): Promise<void> {
  const body = {
    title: 'Cluster',
    kind: 'slurm',
    settings: {
      mode: 'direct',
      configuration: cluster.configuration,
      networkInterface: 'lo',
      ...settings,
    },
  };
  await sendOk(server, { method: 'POST', path: PLACES, body });
  for (let attempt = 0; attempt < 100; attempt++) {
    const { kernelspecs } = (await sendOk(server, { path: '/api/kernelspecs' })).json<{
      kernelspecs: object;
    }>();
    if ('cluster.python3' in kernelspecs) return;
    await sleep(100);
  }
  throw new Error('the cluster offers no kernels');
}

/** An empty notebook that asks for these resources on the cluster. */
export async function makeNotebook(
  server: JupyterServerProcess,
  name: string,
  resources: object,
): Promise<void> {
  const notebook = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(join(server.folders.root, name), JSON.stringify(notebook));
  const body = { path: name, resources };
  await sendOk(server, { method: 'PUT', path: `${PLACES}/cluster/resources`, body });
}

export function sessionBody(name: string): object {
  return { path: name, name, type: 'notebook', kernel: { name: 'cluster.python3' } };
}

/** Starts the kernel of a notebook on the cluster; resolves with its id. */
export async function startSession(server: JupyterServerProcess, name: string): Promise<string> {
  const answer = await sendOk(server, { method: 'POST', path: '/api/sessions', body: sessionBody(name) });
  return answer.json<{ kernel: { id: string } }>().kernel.id;
}

/** The job of a kernel; there is one once the kernel was started. */
export async function jobOf(cluster: SlurmCluster, kernelId: string): Promise<string> {
  const printed = await cluster.command('squeue', '-h', '-o', '%A|%k');
  const line = printed.split('\n').find((one) => one.trim().endsWith(kernelId));
  if (line === undefined) throw new Error(`kernel ${kernelId} has no job:\n${printed}`);
  return line.split('|')[0] as string;
}
