import type { Cell, CodeCell } from '@jupyterlab/cells';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { CHOSEN_KEY, RAN_ON_KEY } from '../../../server/wire/ran-on.ts';
import { Coalesced } from '../coalesced.ts';
import { askedKernel, kernelspecOf, withChoice, type AskedKernel, type Kernelspecs } from './cell-kernel.ts';
import { nameInQuestions } from './name-in-questions.ts';
import { KernelLine, type KernelOption } from './kernel-line.ts';

interface Followed {
  readonly cell: CodeCell;
  readonly line: KernelLine;
  asked: AskedKernel | null;
  ranOn: string | null;
  stop(): void;
}

/** So often it is looked again what the cells say, in milliseconds. */
const LOOK_AFTER = 150;

/**
 * Shows above the code cells of one notebook which kernels run them, once it uses more than its own, and has their text
 * coloured in the language of those. What is chosen is in the cell's metadata: everybody sees it, and it can be undone.
 */
export class NotebookCellKernels implements IDisposable {
  readonly #panel: NotebookPanel;
  readonly #languages: Pick<IEditorLanguageRegistry, 'findByName'>;
  readonly #cells = new Map<Cell, Followed>();
  readonly #look = new Coalesced(() => this.#show(), LOOK_AFTER);
  readonly #soon = (): void => this.#look.request();
  /** The connection whose questions name the cell's kernel. */
  #asked: Kernel.IKernelConnection | null = null;
  #isWanted = false;
  #isDisposed = false;

  /** @param counted is told how many kernels its cells ask for, with its own */
  constructor(
    panel: NotebookPanel,
    languages: Pick<IEditorLanguageRegistry, 'findByName'>,
    private readonly counted: (count: number) => void,
  ) {
    this.#panel = panel;
    this.#languages = languages;
    const { content, sessionContext } = panel;
    content.model?.cells.changed.connect(this.#soon);
    sessionContext.kernelChanged.connect(this.#kernelChanged);
    this.#kernelChanged();
    sessionContext.specsManager.specsChanged.connect(this.#soon);
    this.#look.request();
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#look.cancel();
    const { content, sessionContext } = this.#panel;
    content.model?.cells.changed.disconnect(this.#soon);
    sessionContext.kernelChanged.disconnect(this.#kernelChanged);
    sessionContext.specsManager.specsChanged.disconnect(this.#soon);
    for (const followed of this.#cells.values()) followed.stop();
    this.#cells.clear();
  }

  /** Has a kernel chosen for the active cell. */
  choose(): void {
    const { activeCell } = this.#panel.content;
    const followed = activeCell === null ? undefined : this.#cells.get(activeCell);
    if (followed === undefined) return;
    this.#isWanted = true;
    this.#look.cancel();
    this.#show();
    followed.line.open();
  }

  readonly #kernelChanged = (): void => {
    const kernel = this.#panel.sessionContext.session?.kernel ?? null;
    if (kernel !== null && kernel !== this.#asked) nameInQuestions(kernel, (code) => this.#chosenFor(code));
    this.#asked = kernel;
    this.#look.request();
  };

  /** Only the active cell is completed. What is written in a cell, the server sees by itself. */
  #chosenFor(code: string): string | null {
    const { activeCell } = this.#panel.content;
    const followed = activeCell === null ? undefined : this.#cells.get(activeCell);
    const asked = followed?.asked ?? null;
    if (asked === null || asked.lineLength > 0) return null;
    return followed?.cell.model.sharedModel.getSource() === code ? asked.name : null;
  }

  /** Cells come, go, and move; what they say is heard from them. */
  #follow(): void {
    const { widgets } = this.#panel.content;
    const there = new Set<Cell>(widgets);
    for (const [cell, followed] of this.#cells)
      if (!there.has(cell)) {
        followed.stop();
        this.#cells.delete(cell);
      }
    for (const cell of widgets)
      if (cell.model.type === 'code' && !this.#cells.has(cell)) this.#add(cell as CodeCell);
  }

  #add(cell: CodeCell): void {
    const read = (): void => {
      const { sharedModel } = cell.model;
      followed.asked = askedKernel(sharedModel.getSource(), sharedModel.getMetadata(CHOSEN_KEY));
      const ranOn = sharedModel.getMetadata(RAN_ON_KEY) as { display_name?: unknown } | undefined;
      followed.ranOn = typeof ranOn?.display_name === 'string' ? ranOn.display_name : null;
      this.#look.request();
    };
    const { model } = cell;
    model.contentChanged.connect(read);
    model.metadataChanged.connect(read);
    model.mimeTypeChanged.connect(this.#soon);
    const line = new KernelLine((name) => this.#chosen(cell, name));
    const followed: Followed = {
      cell,
      line,
      asked: null,
      ranOn: null,
      stop: () => {
        model.contentChanged.disconnect(read);
        model.metadataChanged.disconnect(read);
        model.mimeTypeChanged.disconnect(this.#soon);
        line.node.remove();
      },
    };
    this.#cells.set(cell, followed);
    read();
  }

  /** As one step that can be undone. */
  #chosen({ model: { sharedModel } }: CodeCell, kernel: string | null): void {
    const source = sharedModel.getSource();
    const asked = askedKernel(source, sharedModel.getMetadata(CHOSEN_KEY));
    const change = (): void => {
      if (asked !== null && asked.lineLength > 0) sharedModel.updateSource(0, asked.lineLength, '');
      const metadata = withChoice(sharedModel.getMetadata(CHOSEN_KEY), kernel);
      if (metadata === null) sharedModel.deleteMetadata(CHOSEN_KEY);
      else sharedModel.setMetadata(CHOSEN_KEY, metadata as never);
    };
    const { notebook } = sharedModel;
    if (notebook === null) change();
    else notebook.transact(change, true);
  }

  #show(): void {
    if (this.#isDisposed) return;
    this.#follow();
    const { sessionContext, content } = this.#panel;
    const specs: Kernelspecs = sessionContext.specsManager.specs?.kernelspecs ?? {};
    const own = sessionContext.session?.kernel?.name ?? null;
    const chosenOf = ({ asked }: Followed): string | null => {
      const name = asked === null ? null : kernelspecOf(asked.name, specs);
      return name === own ? null : name;
    };
    const all = [...this.#cells.values()];
    const used = new Set(all.flatMap((followed) => chosenOf(followed) ?? []));
    this.counted(used.size + 1);
    const isSeveral = this.#isWanted || all.some(({ asked, ranOn }) => asked !== null || ranOn !== null);
    const nameOf = (name: string): string => specs[name]?.display_name ?? name;
    const option = (name: string): KernelOption => ({ name, text: nameOf(name) });
    const ownOption = { name: null, text: own === null ? "The notebook's kernel" : nameOf(own) };
    const rest = Object.keys(specs).filter((name) => name !== own && !used.has(name));
    const options = { used: [ownOption, ...[...used].map(option)], others: rest.map(option) };
    const isReadOnly = content.model?.readOnly ?? true;
    for (const followed of all) {
      const { cell, line, asked, ranOn } = followed;
      const chosen = chosenOf(followed);
      this.#colour(cell, chosen, specs);
      if (!isSeveral) {
        line.node.remove();
        continue;
      }
      const isKnown = asked === null || kernelspecOf(asked.name, specs) !== null;
      const unknown = isKnown ? null : asked.name;
      line.show({ ...options, chosen, unknown, ranOn, isReadOnly });
      if (line.node.parentElement !== cell.node) cell.node.prepend(line.node);
    }
  }

  #colour({ model }: CodeCell, chosen: string | null, specs: Kernelspecs): void {
    const language = chosen === null ? undefined : specs[chosen]?.language;
    const known = language === undefined ? undefined : this.#languages.findByName(language)?.mime;
    const mime = typeof known === 'string' ? known : known?.[0];
    const wanted = language === undefined ? this.#panel.content.codeMimetype : (mime ?? 'text/plain');
    if (model.mimeType !== wanted) model.mimeType = wanted;
  }
}
