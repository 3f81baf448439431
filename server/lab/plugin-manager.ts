import { join } from 'node:path';
import { DerivedFromFiles } from './derived-from-files.ts';
import { objectAt } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { LabApplication } from './lab-application.ts';
import { readLabconfig, readLabconfigAt } from './labconfig.ts';
import { replaceFile } from './replace-file.ts';

/** What came of it, as the front-end reads it. */
export interface ActionResult {
  readonly status: 'ok' | 'error';
  readonly message: string | null;
  readonly needs_restart: readonly string[];
}

/** Enables and disables plugins for everybody in the environment, unless they are locked. */
export class PluginManager {
  private readonly configured: DerivedFromFiles<JsonObject>;
  private saving: Promise<unknown> = Promise.resolve();

  constructor(private readonly application: LabApplication) {
    const { directories, log } = application;
    this.configured = new DerivedFromFiles((inputs) =>
      readLabconfig(inputs, directories.config, 'page_config', log),
    );
  }

  /** `{lockRules, allLocked}`. */
  async locks(): Promise<JsonObject> {
    return { lockRules: await this.lockRules(), allLocked: false };
  }

  /** @param name of a plugin (`extension:plugin`) or of a whole extension. */
  async toggle(name: string, action: 'enable' | 'disable'): Promise<ActionResult> {
    if (isLocked(name, await this.lockRules())) {
      const message = `The following plugins cannot be ${action}d as they are locked: ${name}`;
      return { status: 'error', message, needs_restart: [] };
    }
    const saved = this.saving.then(() => this.write(name, action === 'disable'));
    this.saving = saved.catch(() => undefined);
    try {
      await saved;
      return { status: 'ok', message: null, needs_restart: ['frontend'] };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { status: 'error', message: `The plugin cannot be ${action}d: ${message}`, needs_restart: [] };
    }
  }

  private async lockRules(): Promise<string[]> {
    const locked = objectAt(await this.configured.get(), 'lockedExtensions');
    return Object.keys(locked).filter((rule) => Boolean(locked[rule]));
  }

  private async write(name: string, disabled: boolean): Promise<void> {
    const before = objectAt(await this.configured.get(), 'disabledExtensions')[name] ?? false;
    if (Boolean(before) === disabled) return;
    const { directories, log } = this.application;
    const directory = directories.environmentConfig;
    const level = new DerivedFromFiles((inputs) => readLabconfigAt(inputs, directory, 'page_config', log));
    const config = await level.get();
    const toggled = {
      ...config,
      disabledExtensions: { ...objectAt(config, 'disabledExtensions'), [name]: disabled },
    };
    const path = join(directory, 'labconfig', 'page_config.json');
    await replaceFile(path, JSON.stringify(toggled, null, 2));
  }
}

/** A rule locks a plugin, or all plugins of an extension; an extension is locked with any of its plugins. */
export function isLocked(name: string, rules: readonly string[]): boolean {
  const extension = name.split(':', 1)[0] ?? name;
  if (name.includes(':')) return rules.includes(name) || rules.includes(extension);
  return rules.some((rule) => rule.split(':', 1)[0] === name);
}
