import type { DocumentAttachment } from '../shared-document.ts';
import { roomIdOf } from './room-id.ts';

export const SESSION_EVENTS = 'https://schema.jupyter.org/jupyter_collaboration/session/v1';
export const AWARENESS_EVENTS = 'https://schema.jupyter.org/jupyter_collaboration/awareness/v1';
export const FORK_EVENTS = 'https://schema.jupyter.org/jupyter_collaboration/fork/v1';

/** Tells whoever listens to Jupyter's events. */
export type EmitEvent = (schemaId: string, data: Readonly<Record<string, unknown>>) => void;

export type SessionAction = 'initialize' | 'load' | 'save' | 'overwrite' | 'clean';

/** What became of a room, as a line in JupyterLab's log of the document. */
export function emitSession(
  emit: EmitEvent,
  { room, path }: { readonly room: string; readonly path: string },
  action: SessionAction,
  msg: string,
): void {
  emit(SESSION_EVENTS, { level: 'INFO', room, path, action, msg });
}

/** Says when a document is loaded, saved (then its state has another hash) and let go of. */
export function documentEvents(emit: EmitEvent): DocumentAttachment {
  return (document) => {
    const say = (action: SessionAction, msg: string): void =>
      emitSession(emit, { room: roomIdOf(document), path: document.path }, action, msg);
    const { model } = document;
    const onState = ({ keysChanged }: { readonly keysChanged: ReadonlySet<unknown> }): void => {
      if (keysChanged.has('hash')) say('save', 'Content saved.');
    };
    const state = model.ydoc.getMap('state');
    state.observe(onState);
    say('load', 'The document is loaded.');
    say('initialize', 'The document can be worked on.');
    return {
      close() {
        state.unobserve(onState);
        say('clean', 'The document is let go of.');
        return Promise.resolve();
      },
    };
  };
}
