import type { TerminalRequest, TerminalSize } from '../../terminals/terminal-host.ts';
import { parseJson } from '../../hosted/codec/fields.ts';

/**
 * What a server says of terminals; `terminal-down.ts` is what it hears. It goes in frames of its own on the supervisor's
 * link, and stores nothing: terminals are no events (I1).
 *
 * `welcome` says which terminals there are. A server opens some, ends some, and a view for each of its own clients, under a
 * number of its choice. A view is told what was printed, then what is printed from now on, as text (`terminal-text.ts`);
 * it says what it has `taken`, and the program waits for the slowest. What is typed comes as text, too; `input-taken`
 * answers for it. Who comes back after a break names the position that each view has reached, and goes on there.
 */
export type TerminalUp =
  | { readonly type: 'open'; readonly id: number; readonly request: TerminalRequest }
  | {
      readonly type: 'view';
      readonly view: number;
      readonly terminal: string;
      /** How many characters of all that was ever printed it has; missing for a new one. */
      readonly after?: number;
    }
  | { readonly type: 'taken'; readonly view: number; readonly characters: number }
  | { readonly type: 'close'; readonly view: number }
  | { readonly type: 'resize'; readonly terminal: string; readonly size: TerminalSize }
  | { readonly type: 'terminate'; readonly id: number; readonly terminal: string };

/**
 * @returns null for a type that a newer server may know
 * @throws MalformedError
 */
export function parseTerminalUp(payload: Buffer): TerminalUp | null {
  const fields = parseJson(payload, 'a message of terminals');
  const type = fields.text('type');
  switch (type) {
    case 'open': {
      const request = fields.fields('request');
      return {
        type,
        id: fields.count('id'),
        request: {
          name: request.textOrNull('name'),
          command: request.texts('command'),
          cwd: request.text('cwd'),
          environment: request.textsByName('environment'),
        },
      };
    }
    case 'view': {
      const after = fields.has('after') ? { after: fields.count('after') } : {};
      return { type, view: fields.count('view'), terminal: fields.text('terminal'), ...after };
    }
    case 'taken':
      return { type, view: fields.count('view'), characters: fields.count('characters') };
    case 'close':
      return { type, view: fields.count('view') };
    case 'resize': {
      const size = fields.fields('size');
      return {
        type,
        terminal: fields.text('terminal'),
        size: { rows: size.count('rows'), columns: size.count('columns') },
      };
    }
    case 'terminate':
      return { type, id: fields.count('id'), terminal: fields.text('terminal') };
    default:
      return null;
  }
}
