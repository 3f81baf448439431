import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { EventLogError } from '../../event-log/event-log.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import { HttpError } from '../http-error.ts';
import { withoutOuterSlashes } from '../url-path.ts';
import type { RunBatch } from './run-batch.ts';
import type { NewBatch, RunBatches } from './run-batches.ts';
import type { ReadNotebook, RunKernels, RunnableNotebook } from './run-kernels.ts';
import { sourceHashOf } from './run-record.ts';
import { RunsApiError } from './runs-api-error.ts';

const name = z.string().min(1).max(200);
const requestSchema = z.strictObject({
  path: z.string().min(1),
  cells: z.union([z.literal('all'), z.array(name).min(1).max(10_000)]).default('all'),
  source_hashes: z.record(z.string(), z.string()).default({}),
  request_id: name.optional(),
  stop_on_error: z.boolean().default(true),
  interactive: z.boolean().default(false),
  record_timing: z.boolean().default(false),
  kernel: z.strictObject({ id: name.optional(), name: name.optional() }).default({}),
});

type RunsRequest = z.infer<typeof requestSchema>;

/** What is asked to be run becomes a batch, once for each request id. */
export class RequestRuns {
  readonly #batches: RunBatches;
  readonly #kernels: RunKernels;
  readonly #readNotebook: ReadNotebook;
  /** By path, the last request: cells are run in the order in which they were asked for. */
  readonly #last = new Map<string, Promise<unknown>>();
  /** By request id: what is asked twice at once. */
  readonly #adding = new Map<string, Promise<RunBatch>>();

  constructor(deps: {
    readonly batches: RunBatches;
    readonly kernels: RunKernels;
    readonly readNotebook: ReadNotebook;
  }) {
    this.#batches = deps.batches;
    this.#kernels = deps.kernels;
    this.#readNotebook = deps.readNotebook;
  }

  /** @throws RunsApiError */
  async request(body: unknown, actor: string, host: string | null = null): Promise<RunBatch> {
    const parsed = requestSchema.safeParse(body);
    if (!parsed.success)
      throw new RunsApiError(
        'invalid_request',
        z.prettifyError(parsed.error),
        'Send {"path": …} and, if you like, cells, source_hashes, request_id, stop_on_error, kernel: see docs/runs.md.',
        { cause: parsed.error },
      );
    const request = { ...parsed.data, path: withoutOuterSlashes(parsed.data.path) };
    const requestId = request.request_id ?? randomUUID();
    const known = this.#batches.find(requestId) ?? this.#adding.get(requestId);
    if (known !== undefined) return sameRequest(await known, request);
    const adding = this.#inTurn(request.path, () => this.#add(request, requestId, actor, host)).finally(() =>
      this.#adding.delete(requestId),
    );
    this.#adding.set(requestId, adding);
    return adding;
  }

  #inTurn<Result>(path: string, ask: () => Promise<Result>): Promise<Result> {
    const asked = (this.#last.get(path) ?? Promise.resolve()).then(ask);
    const turn = asked
      .catch(() => undefined)
      .finally(() => {
        if (this.#last.get(path) === turn) this.#last.delete(path);
      });
    this.#last.set(path, turn);
    return asked;
  }

  async #add(request: RunsRequest, requestId: string, actor: string, host: string | null): Promise<RunBatch> {
    if (!this.#batches.hasRoom)
      throw new RunsApiError(
        'too_many_waiting',
        'Too many requests are waiting to be run.',
        'Wait until some are over, or cancel them.',
      );
    const { path } = request;
    const notebook = await this.#notebook(path);
    const cells = cellsToRun(notebook, request);
    const kernelId = await this.#kernelOf(request, notebook, actor, host);
    try {
      const batch: NewBatch = {
        requestId,
        path,
        kernelId,
        stopsOnError: request.stop_on_error,
        isInteractive: request.interactive,
        recordsTiming: request.record_timing,
        ...(host !== null && { host }),
        cells,
      };
      return await this.#batches.add(batch, actor);
    } catch (error) {
      if (!(error instanceof EventLogError)) throw error;
      const remedy = 'Free some space on the disk where the server keeps its state, and ask again.';
      const message = `Nothing was run, for it could not be recorded: ${error.message}`;
      throw new RunsApiError('not_recorded', message, remedy, { cause: error });
    }
  }

  async #notebook(path: string): Promise<RunnableNotebook> {
    const answer = await this.#readNotebook(path);
    if ('notebook' in answer) return answer.notebook;
    throw answer.failure === 'missing'
      ? new RunsApiError(
          'notebook_not_found',
          answer.why,
          'Give the path of a notebook, relative to the folder that is served.',
        )
      : new RunsApiError('notebook_unreadable', answer.why, 'Open and save it in JupyterLab, or repair it.');
  }

  async #kernelOf(
    { path, kernel }: RunsRequest,
    notebook: RunnableNotebook,
    actor: string,
    host: string | null,
  ): Promise<string> {
    if (kernel.id !== undefined && !this.#kernels.has(kernel.id))
      throw new RunsApiError(
        'kernel_not_found',
        `There is no kernel ${kernel.id}.`,
        'Ask GET /api/kernels which there are, or leave "kernel" out.',
      );
    const wanted = { id: kernel.id ?? null, name: kernel.name ?? notebook.kernelName, host };
    const found = await this.#kernels.ofNotebook(path, wanted, actor).catch((error: unknown) => {
      throw kernelFailure(error, wanted.name);
    });
    if (
      kernel.id !== undefined
        ? found.id !== kernel.id
        : kernel.name !== undefined && found.name !== kernel.name
    )
      throw new RunsApiError(
        'kernel_is_another',
        `${path} runs on the kernel ${found.id} (${found.name}) already.`,
        'Leave "kernel" out, or change or shut down the kernel of its session first.',
        { details: { kernel_id: found.id, kernel_name: found.name } },
      );
    return found.id;
  }
}

function sameRequest(batch: RunBatch, { path }: RunsRequest): RunBatch {
  if (batch.path === path) return batch;
  throw new RunsApiError(
    'request_id_reused',
    `The request id ${batch.requestId} was used for ${batch.path} before.`,
    'Use a new request id for each request.',
  );
}

function kernelFailure(error: unknown, kernelName: string | null): unknown {
  if (error instanceof KernelError && error.code === 'KERNEL_SPEC_UNKNOWN')
    return new RunsApiError(
      'kernel_spec_unknown',
      `There is no kernelspec ${kernelName ?? ''}.`,
      'Install that kernel, or name another one as {"kernel": {"name": …}}; GET /api/kernelspecs lists them.',
      { cause: error },
    );
  if (error instanceof KernelError || (error instanceof HttpError && error.status >= 500))
    return new RunsApiError(
      'kernel_failed',
      `No kernel could be started: ${error.message}`,
      "The server's log says more.",
      { cause: error },
    );
  return error;
}

/** In the notebook's order for all, else in the order asked for. Cells without code are passed over, as people's are. */
function cellsToRun({ cells }: RunnableNotebook, request: RunsRequest): NewBatch['cells'] {
  const wanted =
    request.cells === 'all'
      ? cells.filter(({ isCode }) => isCode)
      : request.cells.map((id) => cellById(cells, id));
  const toRun = wanted.map(({ id, source, mayFail, kernel }, index) => {
    if (id === null)
      throw new RunsApiError(
        'cell_without_id',
        `The cells of ${request.path} have no ids (cell ${index + 1}): it is of a format before 4.5.`,
        'Open it in JupyterLab and save it: then its cells have ids.',
      );
    const chosen = kernel === null ? {} : { kernel };
    return { cellId: id, code: source, sourceHash: sourceHashOf(source), mayFail, ...chosen };
  });
  for (const { cellId, sourceHash } of toRun) checkSource(cellId, sourceHash, request);
  return toRun.filter(({ code }) => code.trim() !== '');
}

function cellById(cells: RunnableNotebook['cells'], id: string): RunnableNotebook['cells'][number] {
  const cell = cells.find((one) => one.id === id);
  const details = { cell_id: id };
  if (cell === undefined)
    throw new RunsApiError(
      'cell_not_found',
      `The notebook has no cell ${id}.`,
      'Save the notebook first, and give ids as its file has them.',
      { details },
    );
  if (!cell.isCode)
    throw new RunsApiError('cell_is_no_code', `The cell ${id} is no code cell.`, 'Leave it out.', {
      details,
    });
  return cell;
}

function checkSource(cellId: string, sourceHash: string, { source_hashes: expected }: RunsRequest): void {
  const hash = expected[cellId];
  if (hash === undefined || hash.toLowerCase() === sourceHash) return;
  throw new RunsApiError(
    'source_changed',
    `The source of the cell ${cellId} is not the one that you know. Nothing was run.`,
    'Read the notebook again, and decide anew.',
    { details: { cell_id: cellId, source_hash: sourceHash } },
  );
}
