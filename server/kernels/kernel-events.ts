import type { NewEvent, StoredEvent } from '../../event-log/event.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { parseObject } from '../message-part.ts';

/** The stream of one kernel's life. */
export function streamOf(kernelId: string): string {
  return `kernel/${kernelId}`;
}

/**
 * Whether a kernel's message is an event: everything on iopub, replies to executions and input requests. Answers meant
 * for one socket (completion, inspection, history, debugger, control) are not (I1).
 */
export function isEvent({ channel, header }: KernelMessage): boolean {
  switch (channel) {
    case 'iopub':
      return true;
    case 'shell':
      return header.msg_type === 'execute_reply';
    case 'stdin':
      return header.msg_type === 'input_request';
    case 'control':
      return false;
  }
}

export function actorOf(kernelId: string): string {
  return `kernel:${kernelId}`;
}

/** Whether another kernel said it, which runs a cell for the notebook of this stream's kernel. */
export function isRelayed({ stream, actor }: StoredEvent): boolean {
  return actor !== actorOf(stream.slice(streamOf('').length));
}

/**
 * @param heard.session the one whose request it answers, where that is known
 * @param heard.position null for what the server says in the kernel's name, and for what another kernel says here
 * @param heard.speaker the id of that other kernel
 */
export function kernelMessageEvent(
  kernelId: string,
  message: KernelMessage,
  heard: {
    readonly session: string | null;
    readonly position: number | null;
    readonly speaker?: string | undefined;
  },
): NewEvent {
  const { session, position, speaker = kernelId } = heard;
  const { channel, header, parentHeader, frames } = message;
  return {
    type: 'kernel-message',
    version: 2,
    data: {
      position,
      channel,
      messageId: header.msg_id,
      messageType: header.msg_type,
      parentSession: session,
      parentType: parentHeader?.msg_type ?? null,
    },
    actor: actorOf(speaker),
    causedBy: parentHeader?.msg_id ?? null,
    frames,
  };
}

/** Null for what is none. */
export function eventOf(
  kernelId: string,
  message: KernelMessage,
  heard: Parameters<typeof kernelMessageEvent>[2],
): NewEvent | null {
  return isEvent(message) ? kernelMessageEvent(kernelId, message, heard) : null;
}

/** Whether it asks for an execution. */
export function isExecution({ channel, header }: KernelMessage): boolean {
  return channel === 'shell' && header.msg_type === 'execute_request';
}

/**
 * @param asked.path of the notebook whose session runs on the kernel
 * @param asked.position where the kernel's own page asked for it, among all that the kernel said
 */
export function executionRequestedEvent(
  message: KernelMessage,
  asked: {
    readonly session: string;
    readonly actor: string;
    readonly path: string | null;
    readonly position?: number;
  },
): NewEvent {
  return {
    type: 'execution-requested',
    version: 1,
    data: {
      messageId: message.header.msg_id,
      session: asked.session,
      cellId: cellIdOf(message),
      path: asked.path,
      ...(asked.position !== undefined && { position: asked.position }),
    },
    actor: asked.actor,
    causedBy: null,
    frames: message.frames.slice(0, 4),
  };
}

/** Stock JupyterLab puts the cell's id there, last, so that no cell metadata can overrule it (contract §4). */
function cellIdOf({ frames }: KernelMessage): string | null {
  const metadata = parseObject(frames[2]);
  return typeof metadata['cellId'] === 'string' ? metadata['cellId'] : null;
}
