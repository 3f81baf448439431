/** What a kernel's scripts print of its process. */
export type FarState =
  | { readonly kind: 'alive' }
  | { readonly kind: 'gone'; readonly exitCode: number | null; readonly tail: string }
  /** Its sockets have not come, and it has not ended. */
  | { readonly kind: 'silent'; readonly tail: string }
  /** Nothing was started. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** Another machine answers than the one where it runs. */
  | { readonly kind: 'elsewhere'; readonly machine: string }
  /** No such answer: the shell there ended, or is none. */
  | { readonly kind: 'unclear'; readonly text: string };

export function readState(output: Buffer): FarState {
  const text = output.toString();
  const lineEnd = text.indexOf('\n');
  const line = lineEnd < 0 ? text : text.slice(0, lineEnd);
  const tail = (lineEnd < 0 ? '' : text.slice(lineEnd + 1)).trimEnd();
  const [word = '', ...rest] = line.split(' ');
  const said = rest.join(' ');
  switch (word) {
    case 'alive':
      return { kind: 'alive' };
    case 'gone':
      return { kind: 'gone', exitCode: /^\d{1,3}$/.test(said) ? Number(said) : null, tail };
    case 'silent':
      return { kind: 'silent', tail };
    case 'failed':
      return { kind: 'failed', reason: `${said}\n${tail}`.trim() };
    case 'elsewhere':
      return { kind: 'elsewhere', machine: said };
    default:
      return { kind: 'unclear', text: text.slice(0, 1000) };
  }
}
