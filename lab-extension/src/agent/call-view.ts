import { approvalForm, questionForm } from './approval-view.ts';
import { CellChangesView } from './cell-change-view.ts';
import { changedCells } from './changed-cell.ts';
import { disclosure, element } from './element.ts';
import { questionIn, showPreview } from './preview-view.ts';
import { shownContent } from './shown-content.ts';
import { argumentHint, statusText, toolText } from './tool-text.ts';
import type { CallModel } from './turn-model.ts';
import type { TurnDependencies } from './turn-dependencies.ts';

/** A tool that the model wants used: what it would do, who allowed it, and what came of it. */
export class CallView {
  readonly node = element('div', 'itl-Agent-call');
  readonly #details = disclosure('itl-Agent-callDetails', '');
  readonly #summary = this.#details.querySelector('summary') as HTMLElement;
  readonly #name = element('span', 'itl-Agent-callName');
  readonly #status = element('span', 'itl-Agent-callStatus');
  readonly #progress = element('div', 'itl-Agent-progress');
  readonly #body = element('div', 'itl-Agent-callBody');
  readonly #asking = element('div', '');
  #shown: CallModel | null = null;
  #wasOver = false;
  #changes: CellChangesView | null = null;

  constructor(
    private readonly turnId: string,
    private readonly deps: TurnDependencies,
  ) {
    this.#summary.append(this.#name, this.#status);
    this.#details.append(this.#body);
    // What it did is only looked for by who opens it.
    this.#details.addEventListener('toggle', () => {
      if (this.#details.open) this.#fill();
    });
    this.node.append(this.#details, this.#progress, this.#asking);
  }

  show(call: CallModel, isOver: boolean, progress: string): void {
    this.#progress.textContent = call.status === 'started' && !isOver ? progress : '';
    if (call === this.#shown && isOver === this.#wasOver) return;
    const before = this.#shown;
    this.#shown = call;
    this.#wasOver = isOver;
    const hint = argumentHint(call.argumentsText);
    this.#name.textContent = hint === '' ? toolText(call.toolName) : `${toolText(call.toolName)}: ${hint}`;
    this.#status.textContent = statusText(call, isOver);
    const isAsking = call.status === 'awaiting-approval' && !isOver;
    this.node.dataset['status'] = call.result?.isError === true ? 'failed' : isAsking ? 'asking' : '';
    const wasAsking = this.#asking.childElementCount > 0;
    if (isAsking && !wasAsking) this.#ask(call);
    if (!isAsking && wasAsking) this.#endAsking();
    if (this.#details.open && before !== null) this.#fill();
  }

  dispose(): void {
    this.#changes?.dispose();
  }

  #ask(call: CallModel): void {
    const title = toolText(call.toolName);
    const decide = (
      isApproved: boolean,
      scope: 'call' | 'turn' | 'notebook' | 'always',
      remark: string | null,
    ) => this.deps.approve(this.turnId, { call_id: call.callId, approve: isApproved, scope, remark });
    const question = questionIn(call.preview);
    if (question !== null) {
      this.#asking.append(questionForm(question, decide));
      return;
    }
    const shown = element('div', 'itl-Agent-preview');
    if (call.preview !== null) showPreview(call.preview, shown, this.#newChanges());
    else shown.append(element('pre', 'itl-Agent-previewText', call.argumentsText));
    this.#asking.append(shown, approvalForm(title, this.deps.hasNotebook(), decide));
  }

  #endAsking(): void {
    const hadFocus = this.#asking.contains(document.activeElement);
    this.#changes?.dispose();
    this.#changes = null;
    this.#asking.replaceChildren();
    if (hadFocus) this.#summary.focus();
  }

  #newChanges(): CellChangesView {
    this.#changes?.dispose();
    this.#changes = new CellChangesView(this.deps.editors, this.deps.notebooks);
    return this.#changes;
  }

  #fill(): void {
    const call = this.#shown;
    if (call === null) return;
    const { approval, result } = call;
    const parts: Node[] = [element('div', 'itl-Agent-label', 'Asked for'), block(pretty(call.argumentsText))];
    if (approval !== null) {
      const who = this.deps.nameOf(approval.by);
      const said = approval.remark === null ? '' : `: “${approval.remark}”`;
      parts.push(element('p', '', `${approval.isApproved ? 'Approved' : 'Rejected'} by ${who}${said}`));
    }
    const cells = changedCells(result?.details ?? null);
    if (cells.length > 0) {
      const changes = this.#newChanges();
      void changes.show(cells);
      parts.push(element('div', 'itl-Agent-label', 'Changed'), changes.node);
    }
    if (result !== null) {
      parts.push(element('div', 'itl-Agent-label', result.isError ? 'Told that it failed' : 'Told'));
      parts.push(...shownContent(result.content, this.deps.imageUrl, block));
    }
    this.#body.replaceChildren(...parts);
  }
}

/** Text as it is, that can be scrolled with the keyboard. */
function block(text: string): HTMLElement {
  const made = element('pre', 'itl-Agent-block', text);
  made.tabIndex = 0;
  return made;
}

function pretty(argumentsText: string): string {
  try {
    return JSON.stringify(JSON.parse(argumentsText), null, 2);
  } catch {
    // The model's own words, if they are no JSON.
    return argumentsText;
  }
}
