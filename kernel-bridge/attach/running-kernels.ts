import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Context } from 'zeromq';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import { kernelspecElsewhere } from '../kernelspecs/kernelspec-elsewhere.ts';
import type { ConnectionInfo } from '../protocol/connection-info.ts';
import { beats } from '../zmq/heartbeat.ts';
import { askKernelInfo } from './ask-kernel-info.ts';
import { readConnectionFile } from './connection-file.ts';
import { presenceOf } from './kernel-presence.ts';

/** A runtime folder that is years old has thousands of files of kernels that are gone. */
const NEWEST = 300;
const AT_ONCE = 16;

/** Kernels that run and can be attached to, as their connection files and they themselves tell. */
export class RunningKernels {
  readonly #context = new Context();

  /** The connection files of a folder, newest first. @throws the file system's errors */
  async files(folder: string): Promise<readonly string[]> {
    const names = (await readdir(folder)).filter((name) => /^kernel-.*\.json$/.test(name));
    const dated = await Promise.all(
      names.map(async (name) => {
        const file = join(folder, name);
        return { file, time: (await stat(file).catch(() => null))?.mtimeMs ?? 0 };
      }),
    );
    return dated
      .sort((a, b) => b.time - a.time)
      .slice(0, NEWEST)
      .map(({ file }) => file);
  }

  /** Those of the files' kernels that answer, in the files' order. */
  async list(files: readonly string[]): Promise<readonly Kernelspec[]> {
    const found: (Kernelspec | null)[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let index = next++; index < files.length; index = next++)
        found[index] = await this.describe(files[index] ?? '').catch(() => null);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return found.flatMap((kernelspec) => kernelspec ?? []);
  }

  /** @returns null where no kernel answers. @throws PlaceError PLACE_UNFIT */
  async describe(file: string): Promise<Kernelspec | null> {
    const connection = await readConnectionFile(file);
    // Most files are of kernels that are gone, which the system says at once.
    if ((await presenceOf(connection)) === 'refused') return null;
    if (!(await beats(this.#context, connection))) return null;
    return kernelspecOf(file, connection, await askKernelInfo(this.#context, connection));
  }
}

/** What a connection file is called in a list of kernels. */
export function kernelNameOf(file: string): string {
  const stem = basename(file)
    .replace(/^kernel-/, '')
    .replace(/\.json$/, '');
  return stem.replace(/[^\w.-]/g, '-').slice(0, 100) || 'kernel';
}

function kernelspecOf(
  file: string,
  { kernel_name, jupyter_session }: ConnectionInfo,
  info: Readonly<Record<string, unknown>> | null,
): Kernelspec {
  const language = languageOf(info);
  const name = kernelNameOf(file);
  const title = [language.name, language.version].filter((part) => part !== '').join(' ');
  const document = jupyter_session ? basename(jupyter_session) : '';
  return kernelspecElsewhere({
    name,
    displayName: `${capitalized(title || kernel_name || 'A busy kernel')} (${document || name})`,
    language: language.name,
    interruptMode: 'message',
  });
}

function languageOf(info: Readonly<Record<string, unknown>> | null): { name: string; version: string } {
  const said = (info?.['language_info'] ?? {}) as Readonly<Record<string, unknown>>;
  const text = (field: string): string => (typeof said[field] === 'string' ? said[field] : '');
  return { name: text('name'), version: text('version') };
}

function capitalized(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
