import { Widget } from '@lumino/widgets';
import type { ConnectionModel, ConnectionState } from './connection-model.ts';

const TEXT = { connected: 'Server: connected', unreachable: '⚠ Server: not reachable' } as const;

function explain(state: ConnectionState): string {
  switch (state.kind) {
    case 'connected':
      return 'In the Loop answers. What kernels print is kept on the server.';
    case 'unreachable':
      return (
        `In the Loop has not answered since ${state.since.toLocaleTimeString()}. ` +
        'Keep this tab open: what you typed is still in it. It is tried again until the server is back.'
      );
  }
}

/**
 * One line in the status bar; screen readers hear when it changes. Hue is never the only sign, and the text keeps the
 * theme's own colour: the themes' red on their status bars has too little contrast to be read.
 */
export class ConnectionView extends Widget {
  readonly #button = document.createElement('button');

  /** @param tellMore called when it is clicked, or chosen with the keyboard */
  constructor(
    private readonly model: ConnectionModel,
    tellMore: () => void,
  ) {
    super();
    this.node.setAttribute('role', 'status');
    this.addClass('jp-mod-highlighted');
    this.#button.type = 'button';
    // The class gives the status bar's line height and font.
    this.#button.className = 'jp-StatusBar-TextItem';
    Object.assign(this.#button.style, {
      background: 'none',
      border: 'none',
      cursor: 'pointer',
      margin: '0',
      padding: '0',
      height: '100%',
    });
    this.#button.addEventListener('click', tellMore);
    this.node.append(this.#button);
    model.changed.connect(() => this.#show());
    this.#show();
  }

  #show(): void {
    const { state } = this.model;
    const isConnected = state.kind === 'connected';
    this.#button.textContent = TEXT[state.kind];
    this.#button.title = explain(state);
    this.#button.style.fontWeight = isConnected ? '' : 'bold';
    this.#button.style.boxShadow = isConnected ? '' : 'inset 0 -3px var(--jp-error-color1)';
  }
}
