import type { CodeCell } from '@jupyterlab/cells';
import { SimplifiedOutputArea } from '@jupyterlab/outputarea';
import { PanelLayout, Widget } from '@lumino/widgets';
import { element } from '../../agent/element.ts';
import { PromptForm } from '../../runs/prompt-form.ts';
import { addStyleSheet } from '../../style-sheet.ts';
import type { UnsharedOutputs } from './unshared-outputs.ts';

const STYLE = `
.itl-Unshared { border-left: 3px dashed var(--jp-warn-color0); margin: 2px 0 4px calc(var(--jp-cell-prompt-width) + var(--jp-cell-collapser-width)); padding-left: 6px; }
.itl-Unshared-label { color: var(--jp-ui-font-color1); font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size1); padding: 2px 0; overflow-wrap: anywhere; }
.itl-Unshared-label strong { font-weight: 600; }
.itl-Unshared .jp-OutputArea-prompt { display: none; }
@media (max-width: 760px) { .itl-Unshared { margin-left: 4px; } }
@media (forced-colors: active) { .itl-Unshared { border-left-color: CanvasText; } }
`;
const EXPLANATION = ' · kept in this browser, and shared with everybody once the server can be reached.';

/** Below a cell: what its run put out that the server does not have. Nothing of it is in the document (I2). */
export class UnsharedView extends Widget {
  readonly #label = element('div', 'itl-Unshared-label');
  readonly #questions = element('div', '');
  #form: PromptForm | null = null;

  /** @param answer to what the kernel asks */
  constructor(
    readonly outputs: UnsharedOutputs,
    { outputArea }: CodeCell,
    private readonly answer: (value: string) => void,
  ) {
    super();
    addStyleSheet('unshared', STYLE);
    this.addClass('itl-Unshared');
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', 'Not yet shared');
    const { rendermime, contentFactory } = outputArea;
    const area = new SimplifiedOutputArea({ model: outputs.model, rendermime, contentFactory });
    this.#label.append(element('strong', '', 'Not yet shared'), EXPLANATION);
    const layout = new PanelLayout();
    this.layout = layout;
    layout.addWidget(new Widget({ node: this.#label }));
    layout.addWidget(area);
    layout.addWidget(new Widget({ node: this.#questions }));
  }

  /** At the end of a cell. */
  putInto(cell: CodeCell): void {
    (cell.layout as PanelLayout).addWidget(this);
  }

  refresh(): void {
    const { question } = this.outputs;
    if (question === null) {
      this.#form?.node.remove();
      this.#form = null;
      return;
    }
    if (this.#form?.messageId === question.header) return;
    this.#form?.node.remove();
    const prompt = { message_id: question.header, prompt: question.prompt, is_password: question.isPassword };
    this.#form = new PromptForm(prompt, (value) => {
      this.outputs.question = null;
      this.answer(value);
      return Promise.resolve();
    });
    this.#questions.append(this.#form.node);
    requestAnimationFrame(() => this.#form?.focus());
  }
}
