import type { LabIcon } from '@jupyterlab/ui-components';
import { PanelLayout, Widget } from '@lumino/widgets';

/** Where a side panel will be: nothing of it is loaded before it is looked at. */
export class LazyPanel extends Widget {
  readonly #shown: () => void;

  /**
   * @param options.width that it wants, in pixels
   * @param options.shown called each time it comes into view
   */
  constructor(options: {
    readonly id: string;
    readonly title: string;
    readonly icon: LabIcon;
    readonly width: number;
    readonly shown: () => void;
  }) {
    super();
    this.#shown = options.shown;
    this.id = options.id;
    this.title.icon = options.icon;
    this.title.caption = options.title;
    this.title.closable = true;
    this.node.tabIndex = -1;
    this.node.style.minWidth = `min(${options.width}px, 100vw)`;
    this.layout = new PanelLayout();
  }

  fill(panel: Widget): void {
    panel.node.style.height = '100%';
    (this.layout as PanelLayout).addWidget(panel);
  }

  protected override onAfterShow(): void {
    this.#shown();
  }

  protected override onAfterAttach(): void {
    if (this.isVisible) this.#shown();
  }
}
