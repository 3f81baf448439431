import { Widget } from '@lumino/widgets';
import type { ConnectionModel, ConnectionState } from './connection-model.ts';

const TEXT = { connected: 'Server: connected', unreachable: 'Server: not reachable' } as const;

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

/** One line in the status bar; screen readers hear when it changes. Hue is never the only sign. */
export class ConnectionView extends Widget {
  constructor(private readonly model: ConnectionModel) {
    super();
    this.node.setAttribute('role', 'status');
    this.node.style.padding = '0 4px';
    model.changed.connect(() => this.#show());
    this.#show();
  }

  #show(): void {
    const { state } = this.model;
    this.node.textContent = TEXT[state.kind];
    this.node.title = explain(state);
    this.node.style.color = state.kind === 'connected' ? '' : 'var(--jp-error-color1)';
    this.node.style.fontWeight = state.kind === 'connected' ? '' : 'bold';
  }
}
