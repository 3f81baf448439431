import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pyodideKernelspec } from '../../../kernel-bridge/pyodide/pyodide-kernelspec.ts';
import type { PyodideSettings } from '../../../kernel-bridge/pyodide/pyodide-settings.ts';
import { broken, well } from './finding.ts';
import type { Finding } from './finding.ts';

/** Whether the kernel that needs no Python can run, and get packages. */
export function pyodideFindings(settings: PyodideSettings): Finding[] {
  const kernelspec = pyodideKernelspec(settings);
  if (kernelspec === null)
    return [
      broken('Python (Pyodide) is not built', 'Install the program again; in a checkout: npm run build'),
    ];
  const { distribution, packages, network } = settings;
  const missing = distribution !== null && !existsSync(join(distribution, 'pyodide.mjs'));
  const title = `kernel ${kernelspec.name} (${kernelspec.spec.display_name})`;
  const findings = [
    missing
      ? broken(
          `${title}: ${distribution} has no pyodide.mjs`,
          'Name the folder of a distribution of Pyodide.',
        )
      : well(`${title}${network ? '' : ', without a network'}`),
  ];
  if (packages !== null && !packages.includes('://') && !existsSync(join(packages, 'pyodide-lock.json')))
    findings.push(
      broken(
        `its packages: ${packages} has no pyodide-lock.json`,
        'Copy it there beside the wheels: docs/pyodide.md',
      ),
    );
  return findings;
}
