import type { LeftOutText } from './left-out-text.ts';
import type { DisplayData } from './nbformat-output.ts';

/** One line in the place of what is not shown of a text (L1). @param path of the URL of all of it */
export function leftOutText(name: string, leftOut: LeftOutText, path: string | null): DisplayData {
  const { lines, bytes } = leftOut;
  const what = `${counted(lines, 'line')} of ${name} (${counted(bytes, 'byte')}) ${lines === 1 ? 'is' : 'are'} left out here.`;
  return display(what, path, { leftOutText: { name, ...leftOut, ...(path !== null && { path }) } });
}

/** One line in the place of outputs that are not shown (L5). */
export function leftOutOutputs(count: number): DisplayData {
  const what = `${counted(count, 'output')} ${count === 1 ? 'is' : 'are'} left out here. The event log of the kernel has all.`;
  return display(what, null, { leftOutOutputs: count });
}

function display(what: string, path: string | null, details: object): DisplayData {
  const plain = path === null ? `… ${what}` : `… ${what} All of it: ${path}`;
  const link =
    path === null ? '' : ` <a href="${escaped(path)}" target="_blank" rel="noopener">All of it</a>`;
  return {
    output_type: 'display_data',
    data: { 'text/html': `<p><em>… ${escaped(what)}</em>${link}</p>`, 'text/plain': plain },
    metadata: { 'in-the-loop': details },
  };
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
