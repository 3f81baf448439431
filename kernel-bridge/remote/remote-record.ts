import type { LaunchRequest } from '../kernel.ts';
import { type KeptMessage, readKeptMessage } from '../life/held-messages.ts';
import type { RecordKind } from '../life/kernel-record-file.ts';
import type { RestartHistory } from '../life/restart-policy.ts';
import { parseJson } from '../hosted/codec/fields.ts';
import { readLaunchRequest } from '../protocol/launch-request.ts';
import type { KnownProcess } from './kernel-host.ts';

const VERSION = 1;

/** All that another holder needs to take over a kernel that runs elsewhere. It holds keys and environments: 0600. */
export interface RemoteRecord {
  /** With the document's path as the last start had it. */
  readonly request: LaunchRequest;
  /** What its host said of its latest process, or of what is to become one. */
  readonly known: KnownProcess;
  /** When that could be reached first, in milliseconds since the epoch; null while it waits. */
  readonly startedAt: number | null;
  /** Of our sockets, by which the kernel addresses what it answers. */
  readonly routingId: string | null;
  /** The content of its kernel_info_reply; null until it has answered. */
  readonly kernelInfo: Readonly<Record<string, unknown>> | null;
  /** By which its process answers us; null until it has. */
  readonly kernelSession: string | null;
  /** What it was to be sent once it answers. */
  readonly waiting: readonly KeptMessage[];
  readonly history: RestartHistory;
  /** It is heard some time after it was found, and then tells for how long it was not (see `AdoptingLauncher`). */
  readonly isHeardLater: true;
}

/** @throws MalformedError for what is no record of ours */
function parseRemoteRecord(bytes: Buffer): RemoteRecord {
  const fields = parseJson(bytes, 'the record');
  fields.oneOfNumbers('version', [VERSION]);
  const history = fields.fields('history');
  return {
    request: readLaunchRequest(fields.fields('request')),
    known: fields.anyObject('known'),
    startedAt: fields.isNull('startedAt') ? null : fields.count('startedAt'),
    routingId: fields.textOrNull('routingId'),
    kernelInfo: fields.isNull('kernelInfo') ? null : fields.anyObject('kernelInfo'),
    kernelSession: fields.textOrNull('kernelSession'),
    waiting: fields.list('waiting').map(readKeptMessage),
    history: {
      consecutiveDeaths: history.count('consecutiveDeaths'),
      wasStable: history.isTrue('wasStable'),
    },
    isHeardLater: true,
  };
}

export const REMOTE_RECORDS: RecordKind<RemoteRecord> = {
  name: 'remote.json',
  serialize: (record) => JSON.stringify({ version: VERSION, ...record }),
  parse: parseRemoteRecord,
};
