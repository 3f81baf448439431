import { z } from 'zod';

const MESSAGE = 'must be counts by kernelspec, like python3=2,pyodide=1';
const count = z.union(
  [
    z.int().min(0).max(99),
    z
      .string()
      .regex(/^\d{1,2}$/)
      .transform(Number),
  ],
  MESSAGE,
);

/** How many kernels of each kernelspec wait for a notebook: an object, or for the command line a text as `python3=2`. */
export const warmKernels = z
  .union([z.record(z.string(), z.unknown()), z.string().transform(pairs)], MESSAGE)
  .pipe(z.record(z.string().min(1, MESSAGE), count))
  .transform((counts) => new Map(Object.entries(counts).filter(([, wanted]) => wanted > 0)));

function pairs(text: string): Record<string, string> {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  return Object.fromEntries(
    parts.map((part) => {
      const [name = '', ...wanted] = part.split('=').map((each) => each.trim());
      return [name, wanted.join('=')] as const;
    }),
  );
}
