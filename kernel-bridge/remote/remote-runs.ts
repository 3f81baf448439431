import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from 'zeromq';
import type { LaunchRequest } from '../kernel.ts';
import type { RestartHistory } from '../life/restart-policy.ts';
import type { KernelRecordFile } from '../life/kernel-record-file.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { writeConnectionFile } from '../protocol/connection-info.ts';
import type { KernelMessage } from '../protocol/message.ts';
import { letsIdentityMove } from '../zmq/moving-identity.ts';
import { findAgain } from './find-again.ts';
import type { HostedProcess, HostListener, KernelHost, KnownProcess } from './kernel-host.ts';
import type { RemoteRecord } from './remote-record.ts';
import { RemoteRun } from './remote-run.ts';

/** What a launcher gives a kernel to live on. */
export interface RemoteKernelPlan {
  readonly request: LaunchRequest;
  readonly host: KernelHost;
  readonly folder: KernelRecordFile<RemoteRecord>;
  readonly context: Context;
  readonly log: KernelLog;
  /** Called once, when there will be no further process. */
  onOver(): void;
}

/** Hears the runs that are made; see ZmqConnectionListener. */
export interface RunListener {
  message(run: RemoteRun, message: KernelMessage): void;
  cut(run: RemoteRun): void;
  mended(run: RemoteRun): void;
  answeredAs(run: RemoteRun, session: string): void;
  fault(error: unknown): void;
}

/** Makes runs of the processes that a kernel's host gives it, with what is on disk for each: record and connection file. */
export class RemoteRuns {
  readonly #plan: RemoteKernelPlan;
  readonly #listener: RunListener;
  readonly #file: string;

  constructor(plan: RemoteKernelPlan, listener: RunListener) {
    this.#plan = plan;
    this.#listener = listener;
    const { runtimeDirectory, kernelId } = plan.request;
    this.#file = join(runtimeDirectory, `kernel-${kernelId}.json`);
  }

  fileOf({ process }: RemoteRun): string {
    return process.connectionFile ?? this.#file;
  }

  /** @throws what the host does; the file system's errors */
  async start(
    request: LaunchRequest,
    history: RestartHistory,
    told: HostListener,
    signal: AbortSignal,
  ): Promise<RemoteRun> {
    const { host, folder } = this.#plan;
    const record = (known: KnownProcess, run: RemoteRun | null): RemoteRecord => ({
      request,
      known,
      history,
      startedAt: run?.startedAt ?? null,
      routingId: run?.connection.routingId ?? null,
      kernelInfo: run?.process.kernelInfo ?? null,
      kernelSession: null,
      waiting: [],
      isHeardLater: true,
    });
    const process = await host.start(
      request,
      {
        ...told,
        known: (known) => {
          told.known(known);
          // Before it is there: afterwards what else is known of it stays.
          if (folder.record?.startedAt == null) folder.write(record(known, null));
          else folder.amend({ known });
        },
      },
      signal,
    );
    let run: RemoteRun | null = null;
    try {
      run = this.#connect(process, null);
      folder.write(record(process.known, run));
      await this.#writeFile(run, request);
      return run;
    } catch (error) {
      // Nobody would know of it.
      run?.connection.close();
      await process.end('kill').catch(() => false);
      await process.release();
      throw error;
    }
  }

  /** @returns null if it is gone. @throws once the signal is aborted */
  find(
    record: RemoteRecord,
    told: HostListener,
    signal: AbortSignal,
    onFailure: (error: Error) => void,
  ): Promise<RemoteRun | null> {
    const { host, folder } = this.#plan;
    const { request } = record;
    const attempt = async (): Promise<RemoteRun | null> => {
      const known = folder.record?.known ?? record.known;
      const process = await host.find(request, known, told, signal);
      if (process === null) return null;
      try {
        const run = this.#connect(process, record);
        const { routingId } = run.connection;
        folder.amend({ known: process.known, routingId, startedAt: run.startedAt });
        await this.#writeFile(run, request);
        return run;
      } catch (error) {
        await process.release();
        throw error;
      }
    };
    return findAgain(attempt, onFailure, signal);
  }

  /** Ends a process that was not found, as far as that can be done. @throws what the host does */
  async forget(): Promise<void> {
    const { folder, host, log, request } = this.#plan;
    const known = folder.record?.known;
    if (known === undefined || !host.owns) return;
    if (host.forget !== undefined) return host.forget(request, known);
    log.warn({ kernelId: request.kernelId }, 'a kernel was not found, and may still run');
  }

  /** There will be no further process. */
  async remove(): Promise<void> {
    await rm(this.#file, { force: true });
    await this.#plan.folder.remove();
  }

  #connect(process: HostedProcess, found: RemoteRecord | null): RemoteRun {
    const { context, host, request } = this.#plan;
    const run: RemoteRun = new RemoteRun({
      context,
      process,
      listener: {
        message: (message) => this.#listener.message(run, message),
        cut: () => this.#listener.cut(run),
        mended: () => this.#listener.mended(run),
        answeredAs: (session) => this.#listener.answeredAs(run, session),
        fault: (error) => this.#listener.fault(error),
      },
      startedAt: found?.startedAt ?? Date.now(),
      interruptMode: request.kernelspec.spec.interrupt_mode,
      isOwned: host.owns,
      routingId:
        found !== null && letsIdentityMove(found.kernelInfo) ? (found.routingId ?? undefined) : undefined,
    });
    return run;
  }

  async #writeFile({ process }: RemoteRun, { sessionPath }: LaunchRequest): Promise<void> {
    if (process.connectionFile !== undefined) return;
    await writeConnectionFile(this.#file, { ...process.connection, jupyter_session: sessionPath ?? '' });
  }
}
