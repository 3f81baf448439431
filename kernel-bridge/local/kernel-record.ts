import type { LaunchRequest } from '../kernel.ts';
import { FRESH, type LimitState } from '../limits/limit-watch.ts';
import { type ConnectionInfo, PORT_NAMES } from '../protocol/connection-info.ts';
import { type Fields, parseJson } from '../hosted/codec/fields.ts';
import { readLaunchRequest } from '../protocol/launch-request.ts';
import { type KeptMessage, readKeptMessage } from '../life/held-messages.ts';
import type { KernelProcess } from './kernel-process.ts';
import type { RestartHistory } from '../life/restart-policy.ts';

const VERSION = 1;

/** All that another process needs to take a kernel over. It holds the kernel's key and environment: 0600. */
export interface KernelRecord {
  /** With the document's path as the last start had it. */
  readonly request: LaunchRequest;
  /** Its latest process. */
  readonly process: Pick<KernelProcess, 'pid' | 'identity' | 'startedAt'>;
  readonly connection: ConnectionInfo;
  /** The identity of our sockets, by which the kernel addresses what it answers, and the session of our own requests. */
  readonly routingId: string;
  /** The content of its kernel_info_reply; null until it has answered. */
  readonly kernelInfo: Readonly<Record<string, unknown>> | null;
  /** What the process was to be sent once it answers, where its holder left before. */
  readonly waiting: readonly KeptMessage[];
  readonly history: RestartHistory;
  readonly limitState: LimitState;
  /** What the system had counted when this was written (see OutOfMemoryKills); null where it does not. */
  readonly outOfMemoryKills: number | null;
}

/** Of a process that has just been started. */
export function recordOf(known: Omit<KernelRecord, 'kernelInfo' | 'waiting' | 'limitState'>): KernelRecord {
  const { pid, identity, startedAt } = known.process;
  return {
    ...known,
    process: { pid, identity, startedAt },
    kernelInfo: null,
    waiting: [],
    limitState: FRESH,
  };
}

export function serializeRecord(record: KernelRecord): string {
  return JSON.stringify({ version: VERSION, ...record });
}

/** @throws MalformedError for what is no record of ours */
export function parseRecord(bytes: Buffer): KernelRecord {
  const fields = parseJson(bytes, 'the record');
  fields.oneOfNumbers('version', [VERSION]);
  const process = fields.fields('process');
  const history = fields.fields('history');
  const limitState = fields.fields('limitState');
  return {
    request: readLaunchRequest(fields.fields('request')),
    process: {
      pid: process.count('pid'),
      identity: process.text('identity'),
      startedAt: process.count('startedAt'),
    },
    connection: readConnectionInfo(fields.fields('connection')),
    routingId: fields.text('routingId'),
    kernelInfo: fields.isNull('kernelInfo') ? null : fields.anyObject('kernelInfo'),
    waiting: fields.list('waiting').map(readKeptMessage),
    history: {
      consecutiveDeaths: history.count('consecutiveDeaths'),
      wasStable: history.isTrue('wasStable'),
    },
    limitState: {
      stopped: limitState.count('stopped'),
      pausedAt: limitState.isNull('pausedAt') ? null : limitState.count('pausedAt'),
      warned: limitState.isTrue('warned'),
    },
    outOfMemoryKills: fields.isNull('outOfMemoryKills') ? null : fields.count('outOfMemoryKills'),
  };
}

function readConnectionInfo(fields: Fields): ConnectionInfo {
  const ports = Object.fromEntries(PORT_NAMES.map((name) => [name, fields.count(name)]));
  const optional = ['jupyter_session', 'curve_publickey', 'curve_secretkey'].filter((name) =>
    fields.has(name),
  );
  return {
    ...(ports as Pick<ConnectionInfo, (typeof PORT_NAMES)[number]>),
    ip: fields.text('ip'),
    key: fields.text('key'),
    transport: fields.oneOf('transport', ['ipc', 'tcp']),
    signature_scheme: fields.text('signature_scheme'),
    kernel_name: fields.text('kernel_name'),
    ...Object.fromEntries(optional.map((name) => [name, fields.text(name)])),
  };
}
