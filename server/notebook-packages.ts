import { z } from 'zod';
import type { Logger } from './logger.ts';
import type { NotebookMetadata } from './notebook-metadata.ts';
import { PackageRecorder } from './packages/package-recorder.ts';
import { notebookRun } from './runs/notebook-run.ts';
import type { RunLedger } from './runs/run-ledger.ts';

/** Who writes it: nobody asked for it. */
const ACTOR = 'server';

const ours = z.looseObject({ packages: z.record(z.string(), z.string()).optional().catch(undefined) });

/** Packages that cells have installed, in the metadata of their notebooks: `in_the_loop.packages`, versions by name. */
export function notebookPackages(deps: {
  readonly ledger: RunLedger;
  readonly metadata: NotebookMetadata;
  readonly baseUrl: string;
  readonly logger: Logger;
}): PackageRecorder {
  const { ledger, metadata, baseUrl, logger } = deps;
  return new PackageRecorder({
    async runOf(kernelId, runId) {
      const known = await ledger.findIn(kernelId, runId);
      const run = known === null ? null : notebookRun(known.runs, known.record, baseUrl);
      if (run === null) return null;
      const texts = run.outputs.flatMap((output) => (output.output_type === 'stream' ? [output.text] : []));
      return { path: run.path, code: run.code, printed: texts.join('') };
    },
    record: (path, packages) =>
      metadata.change(path, ACTOR, (before) => {
        const known = ours.safeParse(before).data ?? {};
        return { ...known, packages: { ...known.packages, ...packages } };
      }),
    logger,
  });
}
