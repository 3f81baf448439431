import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { broken, unusual, well } from './finding.ts';
import type { Finding } from './finding.ts';

/** What is served, from the files that pip and conda leave: starting Python would only cost time. */
export function environmentFindings(prefix: string): Finding[] {
  const install = (name: string): string => `Install it: ${join(prefix, 'bin', 'pip')} install ${name}`;
  const [lab, notebook, ipykernel, nbconvert] = ['jupyterlab', 'notebook', 'ipykernel', 'nbconvert'].map(
    (name) => installedVersion(prefix, name),
  );
  return [
    well(`Node ${process.version} on ${process.platform} ${process.arch}`),
    well(`Python environment ${prefix}`),
    lab ? well(`JupyterLab ${lab}`) : broken('JupyterLab is not installed', install('jupyterlab')),
    notebook
      ? well(`Notebook ${notebook}`)
      : unusual('Notebook 7 is not installed: /tree is not served', install('notebook')),
    ipykernel
      ? well(`ipykernel ${ipykernel}`)
      : unusual('ipykernel is not installed: there is no Python kernel from here', install('ipykernel')),
    nbconvert
      ? well(`nbconvert ${nbconvert}`)
      : unusual('nbconvert is not installed: notebooks cannot be exported', install('nbconvert')),
  ];
}

function installedVersion(prefix: string, name: string): string | null {
  const lib = join(prefix, 'lib');
  for (const python of entries(lib).filter((entry) => entry.startsWith('python3'))) {
    for (const packages of ['site-packages', 'dist-packages']) {
      for (const entry of entries(join(lib, python, packages))) {
        const version = new RegExp(`^${name}-(.+)\\.dist-info$`, 'i').exec(entry)?.[1];
        if (version !== undefined) return version;
      }
    }
  }
  return null;
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Python's layout differs by system; what is not there holds nothing.
  }
}
