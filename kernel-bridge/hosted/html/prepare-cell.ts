import { cellKind } from './cell-kind.ts';
import { prepareScript } from './prepare-script.ts';
import type { PreparedCell, PreparedScript } from './prepared-cell.ts';
import type { ScriptInHtml } from './split-scripts.ts';
import { splitScripts } from './split-scripts.ts';

const SCRIPT_HINT =
  'a cell that does not begin with `<` is JavaScript; its first line can be %%html, %%css or %%js';

/** What a frame needs to run a cell. Never throws: a script that cannot run says so when its turn comes. */
export function prepareCell(
  source: string,
  { run, cellId, seed }: Pick<PreparedCell, 'run' | 'cellId' | 'seed'>,
): PreparedCell {
  const { kind, code } = cellKind(source);
  const made = { run, cellId, seed };
  switch (kind) {
    case 'html': {
      const { html, scripts } = splitScripts(code);
      return { ...made, html, scripts: scripts.map(scriptOf) };
    }
    case 'css':
      // Within CSS a backslash before the slash changes nothing, and the element does not end there.
      return { ...made, html: `<style>${code.replace(/<\/(?=style)/gi, '<\\/')}</style>`, scripts: [] };
    case 'javascript': {
      const script = prepareScript(code, { line: 1, isModule: false, hasValue: true });
      return { ...made, html: '', scripts: [withHint(script)] };
    }
  }
}

function scriptOf({ attributes, code, line }: ScriptInHtml): PreparedScript {
  const url = attributes.get('src');
  if (url !== undefined) return { kind: 'source', url };
  const isModule = attributes.get('type')?.trim().toLowerCase() === 'module';
  return prepareScript(code, { line, isModule, hasValue: false });
}

function withHint(script: PreparedScript): PreparedScript {
  return script.kind === 'broken' ? { ...script, message: `${script.message} (${SCRIPT_HINT})` } : script;
}
