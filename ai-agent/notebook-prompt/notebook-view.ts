/** By media type: text (whole, or as nbformat's list of lines), base64, or JSON. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** An output as nbformat 4 has it, with what was kept beside the notebook put back in its place. */
export type OutputView =
  | { readonly output_type: 'stream'; readonly name: string; readonly text: string | readonly string[] }
  | {
      readonly output_type: 'display_data' | 'execute_result';
      readonly data: MimeBundle;
      /** Of a table's columns, where introspection of the kernel gave them. */
      readonly dtypes?: Readonly<Record<string, string>>;
    }
  | {
      readonly output_type: 'error';
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

export interface CellView {
  readonly id: string;
  readonly kind: 'code' | 'markdown' | 'raw';
  readonly source: string;
  readonly executionCount: number | null;
  /** Of its last run; `idle` where it was never run, or is not code. */
  readonly state: 'idle' | 'queued' | 'running' | 'done' | 'failed';
  /** Its source is not what was run last. */
  readonly isChangedSinceRun: boolean;
  readonly outputs: readonly OutputView[];
  /** By file name. */
  readonly attachments: Readonly<Record<string, MimeBundle>>;
}

export interface SelectionView {
  readonly activeCellId: string | null;
  readonly cellIds: readonly string[];
  /** What is marked in the editor of the active cell. */
  readonly text: string | null;
}

export interface KernelView {
  readonly displayName: string;
  /** As a code fence names it. */
  readonly language: string;
  /** Jupyter's execution state, or `dead`. */
  readonly state: string;
}

export interface VariableView {
  readonly name: string;
  readonly type: string;
  /** What introspection says of it: shape, length, dtypes, a short value. */
  readonly summary: string;
}

export interface RunView {
  readonly cellId: string | null;
  readonly by: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'interrupted';
  /** In seconds; null while it runs. */
  readonly duration: number | null;
}

/** A file that is mentioned. */
export interface FileView {
  readonly path: string;
  /** Null where it is no text. */
  readonly text: string | null;
  /** In bytes. */
  readonly size: number;
}

export interface WidgetView {
  readonly modelName: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** All of a notebook that a model may be told, as it is at one moment. */
export interface NotebookView {
  readonly path: string;
  readonly cells: readonly CellView[];
  readonly selection: SelectionView | null;
  readonly kernel: KernelView | null;
  readonly variables: readonly VariableView[];
  /** Newest first. */
  readonly recentRuns: readonly RunView[];
  readonly files: readonly FileView[];
  /** By model id. */
  readonly widgets: Readonly<Record<string, WidgetView>>;
}
