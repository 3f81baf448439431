import type { Kernelspec } from './kernelspec.ts';

/** Of a kernel that is not of this machine's files: no logo, no environment of Python, and what it is given is given there. */
export function kernelspecElsewhere(has: {
  readonly name: string;
  readonly displayName: string;
  readonly language: string;
  readonly interruptMode: 'signal' | 'message';
  /** Without one it runs already, or whoever runs it brings its program. */
  readonly argv?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}): Kernelspec {
  return {
    name: has.name,
    resourceDirectory: '',
    prefix: null,
    spec: {
      argv: has.argv ?? [],
      display_name: has.displayName,
      language: has.language,
      env: {},
      interrupt_mode: has.interruptMode,
      metadata: has.metadata ?? {},
    },
  };
}
