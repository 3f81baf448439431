import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { type IEditorLanguageRegistry, jupyterTheme } from '@jupyterlab/codemirror';

/** Shows text as JupyterLab's editors do, and takes none. */
export class ReadOnlyEditors {
  constructor(
    private readonly languages: IEditorLanguageRegistry,
    /** Of a notebook's code cells, or of the file. */
    private readonly mimeType: string,
  ) {}

  /** @param cellType null for the text of a file */
  create(
    text: string,
    {
      cellType,
      label,
      extensions = [],
    }: { cellType: string | null; label: string; extensions?: Extension[] },
  ): EditorView {
    const mimeType =
      cellType === 'markdown' ? 'text/x-ipythongfm' : cellType === 'raw' ? 'text/plain' : this.mimeType;
    const view = new EditorView({
      doc: text,
      extensions: [
        jupyterTheme,
        EditorView.lineWrapping,
        EditorState.readOnly.of(true),
        // It can be focused, to be read and copied with the keyboard.
        EditorView.editable.of(false),
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
        ...this.#language(mimeType),
        ...extensions,
      ],
    });
    view.dom.classList.add('jp-InTheLoop-historyEditor');
    return view;
  }

  #language(mimeType: string): Extension[] {
    const support = this.languages.findByMIME(mimeType)?.support;
    return support === undefined ? [] : [support];
  }
}
