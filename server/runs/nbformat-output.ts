/** A cell's outputs as nbformat 4 stores them; exactly its fields, since it allows no others (A3). */
export type NbformatOutput = StreamOutput | RichOutput;

/** What came at once and is only ever replaced as a whole. */
export type RichOutput = DisplayData | ExecuteResult | ErrorOutput;

export interface StreamOutput {
  readonly output_type: 'stream';
  /** `stdout` or `stderr`; `stdin` for what a person answered to a prompt, as JupyterLab stores it. */
  readonly name: string;
  readonly text: string;
}

export interface DisplayData {
  readonly output_type: 'display_data';
  readonly data: JsonObject;
  readonly metadata: JsonObject;
}

export interface ExecuteResult {
  readonly output_type: 'execute_result';
  readonly execution_count: number;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
}

export interface ErrorOutput {
  readonly output_type: 'error';
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export type JsonObject = Readonly<Record<string, unknown>>;
