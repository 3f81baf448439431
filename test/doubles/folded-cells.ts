import { cellResult, widgetOutputs, type CellResult } from '../../server/runs/cell-result.ts';
import type { NbformatOutput } from '../../server/runs/nbformat-output.ts';
import { evolve, initialState, type OutputFolderState } from '../../server/runs/output-folder.ts';
import type { OutputLimits } from '../../server/runs/output-limits.ts';
import type { RunInput } from '../../server/runs/run-input.ts';

export const NOTEBOOK = 'a.ipynb';
export const DATE = '2026-01-02T03:04:05.678901Z';

/** A kernel's messages folded as they are said; requests are named by the cell that asks, unless a test says otherwise. */
export class FoldedCells {
  #state: OutputFolderState;
  #messages = 0;

  constructor(limits?: OutputLimits) {
    this.#state = initialState(limits);
  }

  tell(input: RunInput): this {
    this.#state = evolve(this.#state, input);
    return this;
  }

  run(cellId: string, requestId = cellId, recordTiming = false, notebook = NOTEBOOK): this {
    return this.tell({ type: 'execution-requested', requestId, notebook, cellId, recordTiming });
  }

  /** @returns this; the message's id is `message-<n>`, counted from 1 */
  say(requestId: string | null, messageType: string, content: object, metadata: object = {}): this {
    const sequence = ++this.#messages;
    return this.tell({
      type: 'kernel-message',
      sequence,
      messageType,
      messageId: `message-${sequence}`,
      parentMessageId: requestId,
      date: DATE,
      metadata: { ...metadata },
      content: { ...content },
    });
  }

  print(requestId: string, text: string, name = 'stdout'): this {
    return this.say(requestId, 'stream', { name, text });
  }

  display(requestId: string, text: string, displayId?: string, messageType = 'display_data'): this {
    const transient = displayId === undefined ? {} : { display_id: displayId };
    return this.say(requestId, messageType, { data: { 'text/plain': text }, metadata: {}, transient });
  }

  /** A new Output widget of ipywidgets. */
  openWidget(commId: string, state: object = {}): this {
    const model = { _model_module: '@jupyter-widgets/output', _model_name: 'OutputModel', msg_id: '' };
    return this.say(null, 'comm_open', {
      comm_id: commId,
      target_name: 'jupyter.widget',
      data: { state: { ...model, outputs: [], ...state }, buffer_paths: [] },
    });
  }

  setWidget(commId: string, state: object, method = 'update'): this {
    return this.say(null, 'comm_msg', { comm_id: commId, data: { method, state, buffer_paths: [] } });
  }

  result(cellId: string, notebook = NOTEBOOK): CellResult {
    const result = cellResult(this.#state, notebook, cellId);
    if (result === null) throw new Error(`no run of ${cellId}`);
    return result;
  }

  outputs(cellId: string): string[] {
    return this.result(cellId).outputs.map(shortForm);
  }

  widget(commId: string): string[] | null {
    return widgetOutputs(this.#state, commId)?.map(shortForm) ?? null;
  }

  /** How many things of each kind the state holds. */
  held(): Record<string, number> {
    const { cells, runs, shown, prompts, widgets } = this.#state;
    const { byComm, redirections } = widgets;
    const sizes = Object.entries({ cells, runs, shown, prompts, byComm, redirections });
    return Object.fromEntries(sizes.map(([name, { size }]) => [name, size]));
  }

  hasCell(cellId: string): boolean {
    return cellResult(this.#state, NOTEBOOK, cellId) !== null;
  }
}

/** `stdout: text`, `display_data: text`, `error: name`. */
function shortForm(output: NbformatOutput): string {
  switch (output.output_type) {
    case 'stream':
      return `${output.name}: ${output.text}`;
    case 'error':
      return `error: ${output.ename}`;
    case 'display_data':
    case 'execute_result':
      return `${output.output_type}: ${String(output.data['text/plain'])}`;
  }
}
