import type { Kernelspec, KernelspecFinder } from '../../kernel-bridge/kernelspecs/kernelspec.ts';

export function kernelspec(name: string, more: Partial<Kernelspec> = {}): Kernelspec {
  const spec = {
    argv: [name, '{connection_file}'],
    display_name: name,
    language: name,
    env: {},
    interrupt_mode: 'signal',
    metadata: {},
    kernel_protocol_version: '5.3',
  } as const;
  return { name, resourceDirectory: `/none/${name}`, prefix: null, spec, ...more };
}

/** Kernelspecs that are on no disk; the first is the default. */
export function memoryKernelspecs(given: readonly (string | Kernelspec)[]): KernelspecFinder {
  const all = given.map((each) => (typeof each === 'string' ? kernelspec(each) : each));
  return {
    list: () => Promise.resolve(all),
    find: (name) => {
      const wanted = name.toLowerCase() === 'python' ? 'python3' : name.toLowerCase();
      return Promise.resolve(all.find((each) => each.name === wanted));
    },
    defaultName: () => Promise.resolve(all[0]?.name ?? 'python3'),
  };
}
