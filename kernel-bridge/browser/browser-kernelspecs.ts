import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import { kernelspecElsewhere } from '../kernelspecs/kernelspec-elsewhere.ts';

/** What a page can run: no program is named, for it brings its own. */
export const BROWSER_KERNELSPECS: readonly Kernelspec[] = [
  browserKernelspec('python', 'Python (in this browser)', 'python'),
  browserKernelspec('html', 'HTML (in this browser)', 'html'),
];

function browserKernelspec(name: string, displayName: string, language: string): Kernelspec {
  return kernelspecElsewhere({
    name,
    displayName,
    language,
    interruptMode: 'message',
    metadata: { debugger: false },
  });
}
