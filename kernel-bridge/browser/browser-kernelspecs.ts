import type { Kernelspec } from '../kernelspecs/kernelspec.ts';

/** What a page can run: no program is named, for it brings its own. */
export const BROWSER_KERNELSPECS: readonly Kernelspec[] = [
  browserKernelspec('python', 'Python (in this browser)', 'python'),
  browserKernelspec('html', 'HTML (in this browser)', 'html'),
];

function browserKernelspec(name: string, displayName: string, language: string): Kernelspec {
  return {
    name,
    resourceDirectory: '',
    prefix: null,
    spec: {
      argv: [],
      display_name: displayName,
      language,
      env: {},
      interrupt_mode: 'message',
      metadata: { debugger: false },
    },
  };
}
