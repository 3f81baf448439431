import { OutputAreaModel } from '@jupyterlab/outputarea';
import type { HostedMessage } from '../../../../kernel-bridge/hosted/hosted-message.ts';

/** As the kernel's messages have it, as much as is used. */
interface Content {
  readonly wait?: boolean;
  readonly execution_count?: number | null;
  readonly execution_state?: string;
  readonly prompt?: string;
  readonly password?: boolean;
  readonly transient?: { readonly display_id?: string };
}

/** What one run of this page put out, as its messages come; `stream`, displays and errors as JupyterLab folds them. */
export class UnsharedOutputs {
  readonly model = new OutputAreaModel({ trusted: true });
  /** Null until the kernel says it. */
  executionCount: number | null = null;
  /** It has answered, and is idle again. */
  isOver = false;
  /** What it waits for somebody to type. */
  question: { readonly prompt: string; readonly isPassword: boolean; readonly header: string } | null = null;
  hasFailed = false;
  /** Places of displays that can be updated. */
  readonly #displays = new Map<string, number[]>();

  /** @returns whether there is anything new to see */
  hear({ header, content, channel }: HostedMessage): boolean {
    const type = (JSON.parse(header) as { readonly msg_type: string }).msg_type;
    const said = JSON.parse(content) as Content;
    switch (type) {
      case 'execute_input':
        this.executionCount = said.execution_count ?? null;
        return true;
      case 'stream':
      case 'error':
      case 'display_data':
      case 'execute_result':
        this.#add(type, said);
        return true;
      case 'update_display_data':
        this.#update(said);
        return true;
      case 'clear_output':
        this.model.clear(said.wait);
        this.#displays.clear();
        return true;
      case 'input_request':
        this.question = { prompt: said.prompt ?? '', isPassword: said.password === true, header };
        return true;
      case 'execute_reply':
        this.question = null;
        return true;
      case 'status':
        if (channel !== 'iopub' || said.execution_state !== 'idle') return false;
        this.isOver = true;
        return true;
      default:
        return false;
    }
  }

  #add(type: string, said: Content): void {
    const { transient, ...output } = said;
    const place = this.model.add({ ...output, output_type: type }) - 1;
    if (type === 'error') this.hasFailed = true;
    const id = transient?.display_id;
    if (id !== undefined) this.#displays.set(id, [...(this.#displays.get(id) ?? []), place]);
  }

  #update(said: Content): void {
    const { transient, ...output } = said;
    for (const place of this.#displays.get(transient?.display_id ?? '') ?? [])
      this.model.set(place, { ...output, output_type: 'display_data' });
  }
}
