import { join } from 'node:path';
import { basePageConfig } from './base-page-config.ts';
import { DerivedFromFiles } from './derived-from-files.ts';
import type { JsonObject } from './json-object.ts';
import type { LabDirectories } from './lab-directories.ts';
import { readLabInstallation } from './lab-installation.ts';
import type { LabInstallation } from './lab-installation.ts';
import type { LabLog } from './lab-log.ts';
import { mergeConfiguration } from './merge-configuration.ts';
import { readPageConfig } from './read-page-config.ts';
import type { ServerTraits } from './server-traits.ts';

export interface LabApplicationOptions {
  readonly directories: LabDirectories;
  /** Prebuilt extensions of this server itself; they win over installed ones of the same name. */
  readonly extraLabextensionDirectories: readonly string[];
  readonly server: ServerTraits;
  readonly log: LabLog;
}

/** A page's config and where the application is; the same objects while no file behind them changes. */
export interface LabState {
  readonly installation: LabInstallation;
  readonly pageConfig: JsonObject;
}

/** The installed JupyterLab with what its folders, extensions and configuration say at this moment. */
export class LabApplication {
  readonly directories: LabDirectories;
  /** The search path of prebuilt extensions. */
  readonly labextensions: readonly string[];
  readonly server: ServerTraits;
  readonly log: LabLog;
  private readonly read: DerivedFromFiles<LabState | null>;

  constructor(options: LabApplicationOptions) {
    const { directories, extraLabextensionDirectories: extra, server, log } = options;
    this.directories = directories;
    this.labextensions = [...extra, ...directories.labextensions];
    this.server = server;
    this.log = log;
    this.read = new DerivedFromFiles(async (inputs) => {
      const installation = await readLabInstallation(inputs, directories.applications, log);
      if (installation === null) return null;
      const standard = directories.labextensions;
      const base = basePageConfig(server, directories, { standard, extra }, installation);
      const configured = await readPageConfig(
        inputs,
        directories,
        this.labextensions,
        installation,
        server.collaboration,
        log,
      );
      return { installation, pageConfig: mergeConfiguration(base, configured) };
    });
  }

  /** null where JupyterLab is not installed. */
  state(): Promise<LabState | null> {
    return this.read.get();
  }

  /** The config that all pages share, without a token; null where JupyterLab is not installed. */
  async pageConfig(): Promise<JsonObject | null> {
    return (await this.state())?.pageConfig ?? null;
  }

  /** The search path of `/static/lab`. */
  get staticDirectories(): readonly string[] {
    return this.directories.applications.map((directory) => join(directory, 'static'));
  }
}
