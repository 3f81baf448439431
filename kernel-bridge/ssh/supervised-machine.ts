import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectElsewhere } from '../far/reach-loop.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { PlaceError } from '../places/place-error.ts';
import { greetSupervisor } from '../supervisor/greet-supervisor.ts';
import { type JoinPipe, joinStreams } from '../supervisor/link/byte-pipe.ts';
import { diskFull } from './disk-full.ts';
import { type FarProgram, packFarProgram } from './far-program.ts';
import { installScript, relayScript } from './far-scripts.ts';
import type { FarNode } from './far-survey.ts';
import { readFirstLine } from './first-line.ts';
import type { FarPipe, SshLink } from './ssh-link.ts';

export interface SupervisedMachineOptions {
  /** For people. */
  readonly name: string;
  /** Of the place; hexadecimal. */
  readonly id: string;
  readonly version: string;
  /** The folder of the compiled kernel bridge. */
  readonly compiled: string;
  readonly log: KernelLog;
  /** @throws PlaceError */
  readonly link: () => Promise<SshLink>;
  /** Node there. @throws PlaceError where there is none */
  readonly node: () => Promise<FarNode>;
  /** The machine that has kernels of ours; null where there are none. */
  readonly machine: () => string | null;
}

/** The way to a supervisor of ours on a machine by ssh: what it consists of is copied there once a version. */
export class SupervisedMachine {
  readonly #options: SupervisedMachineOptions;
  readonly #programs = new Map<string, Promise<FarProgram>>();

  constructor(options: SupervisedMachineOptions) {
    this.#options = options;
  }

  /** See ConnectElsewhere. @throws PlaceError, KernelError KERNEL_SUPERVISOR_LOST */
  readonly connect: ConnectElsewhere = async (clientId, listener, signal) => {
    const { link: getLink, node: getNode, log } = this.#options;
    const [link, node] = [await getLink(), await getNode()];
    const program = await this.#programFor(node);
    const pipe =
      (await this.#join(link, node, program)) ??
      (await this.#install(link, node, program), await this.#join(link, node, program));
    if (pipe === null) throw this.#unfit('what was copied there is gone');
    const end = (): void => void pipe.process.child.kill('SIGKILL');
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    void pipe.process.ended.then(() => signal.removeEventListener('abort', end));
    const hello = { program: program.name, clientId, role: 'owner' } as const;
    const join: JoinPipe = (makeEnd) => {
      joinStreams(pipe.output, pipe.input, makeEnd);
      // It stood still behind its first line.
      pipe.output.resume();
    };
    return greetSupervisor(join, hello, listener, log);
  };

  /** @returns null where the program is not there */
  async #join(link: SshLink, { program: node }: FarNode, program: FarProgram): Promise<FarPipe | null> {
    const { id, name, machine } = this.#options;
    const { pipe, after } = link.pipe(relayScript({ node, id, machine: machine() }, program));
    const line = await readFirstLine(pipe.output, after);
    if (line === 'joined') return pipe;
    pipe.process.child.kill('SIGKILL');
    if (line === 'missing') return null;
    const elsewhere = /^elsewhere (.+)$/.exec(line)?.[1];
    if (elsewhere !== undefined)
      throw new PlaceError(
        'PLACE_UNREACHABLE',
        `${name} is several machines: the kernels are on ${machine()}, and ${elsewhere} answers.`,
        `Name ${machine()} itself as the host, so that its kernels are found again.`,
      );
    throw this.#unfit(
      line.replace(/^failed /, '') || pipe.process.said().trim() || 'it ended without a word',
    );
  }

  async #install(link: SshLink, { program: node }: FarNode, program: FarProgram): Promise<void> {
    const { compiled, name, log } = this.#options;
    const installer = await readFile(join(compiled, 'ssh', 'far-install.js'), 'utf8');
    const { output, said } = await link.run(installScript(node, program, installer), program.archive);
    const answer = output.toString().trim();
    if (answer !== 'installed')
      throw diskFull(name, `${answer}\n${said}`) ?? this.#unfit(`${answer} ${said}`.trim());
    log.info({ machine: name, program: program.name }, 'the supervisor’s program was copied to a machine');
  }

  #programFor(node: FarNode): Promise<FarProgram> {
    const { compiled, version } = this.#options;
    const kind = `${node.platform} ${node.arch}`;
    const known = this.#programs.get(kind);
    if (known !== undefined) return known;
    const made = packFarProgram(compiled, version, node);
    this.#programs.set(kind, made);
    made.catch(() => this.#programs.delete(kind));
    return made;
  }

  #unfit(why: string): PlaceError {
    return new PlaceError(
      'PLACE_UNFIT',
      `No supervisor can be started on ${this.#options.name}: ${why}`,
      'Correct that, or choose the mode in which only the kernel runs there (direct).',
    );
  }
}
