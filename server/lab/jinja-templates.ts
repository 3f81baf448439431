import { readFile, stat } from 'node:fs/promises';
import type { Template } from 'nunjucks';

/** A Python dict as far as Jupyter's page templates use one. Its methods are no entries. */
export class TemplateDict {
  [key: string]: unknown;

  constructor(entries: object) {
    Object.assign(this, entries);
    Object.defineProperty(this, 'copy', { value: () => new TemplateDict(this) });
    Object.defineProperty(this, 'update', { value: (added: Record<string, unknown>) => this.include(added) });
  }

  private include(added: Record<string, unknown>): void {
    // Nunjucks marks the object that it makes of keyword arguments.
    for (const [key, value] of Object.entries(added)) if (key !== '__keywords') this[key] = value;
  }
}

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  "'": '\\u0027',
};

/** JSON that ends no script element and no attribute, with sorted keys at the top, as Jinja's `tojson`. */
export function toSafeJson(value: unknown): string {
  const sorted =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
      : value;
  return (JSON.stringify(sorted) ?? 'null').replace(
    /[<>&']/g,
    (character) => JSON_ESCAPES[character] ?? character,
  );
}

interface CompiledTemplate {
  readonly template: Template;
  readonly modified: number;
  readonly size: number;
}

interface Nunjucks {
  compile(source: string, path: string): Template;
}

/** Renders the page templates of installed packages, each compiled once while its file stays the same. */
export class JinjaTemplates {
  private readonly compiled = new Map<string, CompiledTemplate>();
  private nunjucks: Promise<Nunjucks> | undefined;

  /** @throws where there is no such file or it is no template. */
  async render(path: string, context: object): Promise<string> {
    const template = await this.template(path);
    return new Promise((resolve, reject) => {
      template.render(context, (error, html) => {
        if (html === null) reject(error ?? new Error(`${path} renders to nothing`));
        else resolve(html);
      });
    });
  }

  private async template(path: string): Promise<Template> {
    const { mtimeMs: modified, size } = await stat(path);
    const known = this.compiled.get(path);
    if (known?.modified === modified && known.size === size) return known.template;
    this.nunjucks ??= load();
    const template = (await this.nunjucks).compile(await readFile(path, 'utf8'), path);
    this.compiled.set(path, { template, modified, size });
    return template;
  }
}

/** Loaded at the first page: it is slow to load. */
async function load(): Promise<Nunjucks> {
  const { Environment, runtime, Template } = (await import('nunjucks')).default;
  const environment = new Environment(null, { autoescape: true });
  environment.addFilter('tojson', (value: unknown) => new runtime.SafeString(toSafeJson(value)));
  return { compile: (source, path) => new Template(source, environment, path, true) };
}
