import { PanelLayout, Widget } from '@lumino/widgets';
import { agentIcon } from './agent-icon.ts';

/** Where the assistant will be: nothing of it is loaded before it is looked at. */
export class AgentPlace extends Widget {
  /** @param width that it wants, in pixels */
  constructor(title: string, width: number, shown: () => void) {
    super();
    this.#shown = shown;
    this.id = 'in-the-loop-assistant';
    this.title.icon = agentIcon;
    this.title.caption = title;
    this.title.closable = true;
    this.node.tabIndex = -1;
    this.node.style.minWidth = `min(${width}px, 100vw)`;
    this.layout = new PanelLayout();
  }

  readonly #shown: () => void;

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
