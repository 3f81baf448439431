import type {
  CellView,
  KernelView,
  NotebookView,
  OutputView,
  RunView,
  SelectionView,
  VariableView,
  WidgetView,
} from '../../ai-agent/notebook-prompt/notebook-view.ts';
import type { Identity } from '../auth/identity.ts';
import type { SharedDocument } from '../shared-document.ts';
import { outputReferenceSchema } from '../wire/output-reference.ts';
import { OUTPUT_REFERENCE_MIME } from '../wire/output-reference-mime.ts';
import { cellsIn, contentOf, idOf, sourceHash } from './shared-cell.ts';
import type { SharedCell } from './shared-cell.ts';

/** What a run of a cell left behind, or is about to. */
export interface CellRun extends RunView {
  readonly cellId: string;
  /** Of what was run: SHA-256, in hexadecimal digits. */
  readonly sourceHash: string;
}

/** What is known around a notebook. */
export interface NotebookSurroundings {
  /** Of its session; null where it has none. */
  kernelOf(path: string): Promise<KernelView | null>;
  /** Newest first. */
  runsOf(path: string): Promise<readonly CellRun[]>;
  /** Without running anything that the person did not ask for. */
  variablesOf(path: string, person: Identity): Promise<readonly VariableView[]>;
  /** An output that a document refers to, as JSON; null where it is lost. */
  findOutput(sha256: string): Promise<string | null>;
}

/** The cells of a notebook as its document has them. References to large outputs are as they are: see `withOutputs`. */
export function viewOfCells({ ydoc }: SharedDocument, runs: readonly CellRun[]): CellView[] {
  const latest = new Map<string, CellRun>();
  for (const run of runs) if (!latest.has(run.cellId)) latest.set(run.cellId, run);
  return [...cellsIn(ydoc)].map((cell) => viewOfCell(cell, latest.get(idOf(cell))));
}

/** Likewise, of one. @param run the latest of it */
export function viewOfCell(cell: SharedCell, run: CellRun | undefined): CellView {
  const { id, type, source, outputs, executionCount, attachments } = contentOf(cell);
  return {
    id,
    kind: type,
    source,
    executionCount,
    state: type === 'code' ? stateOf(run, executionCount, outputs) : 'idle',
    isChangedSinceRun: type === 'code' && run !== undefined && run.sourceHash !== sourceHash(source),
    outputs: outputs as readonly object[] as readonly OutputView[],
    attachments: (attachments ?? {}) as CellView['attachments'],
  };
}

function stateOf(
  run: CellRun | undefined,
  executionCount: number | null,
  outputs: readonly Readonly<Record<string, unknown>>[],
): CellView['state'] {
  if (run !== undefined) return run.state === 'interrupted' ? 'failed' : run.state;
  if (executionCount === null) return 'idle';
  return outputs.some(({ output_type: type }) => type === 'error') ? 'failed' : 'done';
}

/** As the widget keeper puts them into the notebook's metadata. */
export function widgetsOf({ ydoc }: SharedDocument): Readonly<Record<string, WidgetView>> {
  const metadata = ydoc.getMap('meta').get('metadata') as { get(key: string): unknown } | undefined;
  const kept = metadata?.get('widgets') as Readonly<Record<string, { readonly state?: object }>> | undefined;
  const models = kept?.['application/vnd.jupyter.widget-state+json']?.state ?? {};
  return Object.fromEntries(
    Object.entries(models as Readonly<Record<string, { model_name?: unknown; state?: unknown }>>).map(
      ([id, { model_name: modelName, state }]) => [
        id,
        { modelName: String(modelName), state: (state ?? {}) as WidgetView['state'] },
      ],
    ),
  );
}

/** The cell with what is kept beside the document in its place. */
export async function withOutputs(
  cell: CellView,
  around: Pick<NotebookSurroundings, 'findOutput'>,
): Promise<CellView> {
  if (!cell.outputs.some((output) => referenceIn(output) !== null)) return cell;
  const outputs = cell.outputs.map(async (output) => {
    const sha256 = referenceIn(output);
    const text = sha256 === null ? null : await around.findOutput(sha256);
    return text === null ? output : (JSON.parse(text) as OutputView);
  });
  return { ...cell, outputs: await Promise.all(outputs) };
}

function referenceIn(output: OutputView): string | null {
  if (!('data' in output)) return null;
  const read = outputReferenceSchema.safeParse(output.data[OUTPUT_REFERENCE_MIME]);
  return read.success ? read.data.sha256 : null;
}

/** All of a notebook that a model may be told, but for outputs that are kept beside it. */
export async function notebookView(
  document: SharedDocument,
  around: NotebookSurroundings,
  person: Identity,
  selection: SelectionView | null,
): Promise<NotebookView> {
  const { path } = document;
  const [kernel, runs, variables] = await Promise.all([
    around.kernelOf(path),
    around.runsOf(path),
    around.variablesOf(path, person),
  ]);
  return {
    path,
    cells: viewOfCells(document, runs),
    widgets: widgetsOf(document),
    selection,
    kernel,
    variables,
    recentRuns: runs.slice(0, 20),
    files: [],
  };
}
