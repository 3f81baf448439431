/** `%pip install …`, `!pip install …`, `%uv pip install …`, `!{sys.executable} -m pip install …`, at the start of a line. */
const INSTALLATION = /^[ \t]*[%!][ \t]*(?:\S+[ \t]+-m[ \t]+)?(?:uv[ \t]+)?pip3?[ \t]+install\b(.*)$/gm;
/** Colours and the like, which pip writes where it takes its output for a terminal (ECMA-48). */
// eslint-disable-next-line no-control-regex
const CONTROL = /\u001b\[[0-9;?]*[A-Za-z]/g;
/** Of options that take another word; it names no package. */
const WITH_VALUE =
  /^(?:-r|-c|-e|-i|-f|-t|--requirement|--constraint|--editable|--index-url|--extra-index-url|--find-links|--target|--prefix|--python|--cache-dir|--timeout|--retries)$/;

/** Whether a cell asks pip, or uv for it, to install something. */
export function mayInstall(code: string): boolean {
  return code.includes('install') && code.search(INSTALLATION) !== -1;
}

/**
 * What a cell that asked for packages has got, by their names as the index has them: without what they need in turn, unless what was asked
 * for stands in a file.
 * @param printed all that it put out
 */
export function installedPackages(code: string, printed: string): Readonly<Record<string, string>> {
  const asked = askedFor(code);
  const found: Record<string, string> = {};
  const take = (name: string, version: string): void => {
    if (asked === null || asked.has(normalized(name))) found[normalized(name)] = version;
  };
  for (const line of printed.replaceAll(CONTROL, '').split(/[\r\n]+/)) {
    const installed = /^Successfully installed (.+)$/.exec(line);
    for (const word of installed?.[1]?.trim().split(/ +/) ?? []) {
      const [, name, version] = /^(.+)-(\d[^-]*)$/.exec(word) ?? [];
      if (name !== undefined && version !== undefined) take(name, version);
    }
    const [, there, its] = /^Requirement already satisfied: ([\w.-]+)\S* .*\((\S+)\)$/.exec(line) ?? [];
    // Of a file it lists all that the packages need in turn, too.
    if (asked !== null && there !== undefined && its !== undefined) take(there, its);
    const [, added, version] = /^ \+ ([\w.-]+)==(\S+)/.exec(line) ?? [];
    if (added !== undefined && version !== undefined) take(added, version);
  }
  return found;
}

/** Normalised names; null where not all of them stand in the code. */
function askedFor(code: string): ReadonlySet<string> | null {
  const names = new Set<string>();
  for (const [, rest = ''] of code.matchAll(INSTALLATION)) {
    const words = rest.replace(/[ \t]#.*$/, '').match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
    for (let place = 0; place < words.length; place += 1) {
      const word = (words[place] ?? '').replaceAll(/["']/g, '');
      if (/^(?:-r|--requirement|-e|--editable)/.test(word) || /[/:$]/.test(word)) return null;
      if (WITH_VALUE.test(word)) place += 1;
      else if (!word.startsWith('-')) names.add(normalized(/^[\w.-]*/.exec(word)?.[0] ?? ''));
    }
  }
  names.delete('');
  return names;
}

/** As indexes compare names (PEP 503). */
function normalized(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
