import type { LaunchRequest } from '../kernel.ts';
import { type KeptMessage, readKeptMessage } from '../life/held-messages.ts';
import type { RecordKind } from '../life/kernel-record-file.ts';
import { type Fields, parseJson } from '../hosted/codec/fields.ts';
import { readLaunchRequest } from '../protocol/launch-request.ts';

const VERSION = 1;

/** All that another process needs to take over a kernel that a gateway runs. It holds what was asked for: 0600. */
export interface GatewayRecord {
  readonly request: LaunchRequest;
  /** As the gateway names it. */
  readonly remoteId: string;
  /** Of our websocket, by which the gateway knows who comes back. */
  readonly sessionId: string;
  /** Names the process in what it says; null until it has answered. */
  readonly kernelSession: string | null;
  /** The content of its kernel_info_reply; null until it has answered. */
  readonly kernelInfo: Readonly<Record<string, unknown>> | null;
  /** What it was to be sent, where its holder left before. */
  readonly waiting: readonly KeptMessage[];
  /** It is heard some time after it was found, and then tells for how long it was not (see `AdoptingLauncher`). */
  readonly isHeardLater: true;
}

/** @throws MalformedError for what is no record of ours */
function parseGatewayRecord(bytes: Buffer): GatewayRecord {
  const fields: Fields = parseJson(bytes, 'the record');
  fields.oneOfNumbers('version', [VERSION]);
  return {
    request: readLaunchRequest(fields.fields('request')),
    remoteId: fields.text('remoteId'),
    sessionId: fields.text('sessionId'),
    kernelSession: fields.textOrNull('kernelSession'),
    kernelInfo: fields.isNull('kernelInfo') ? null : fields.anyObject('kernelInfo'),
    waiting: fields.list('waiting').map(readKeptMessage),
    isHeardLater: true,
  };
}

export const GATEWAY_RECORDS: RecordKind<GatewayRecord> = {
  name: 'gateway-kernel.json',
  serialize: (record) => JSON.stringify({ version: VERSION, ...record }),
  parse: parseGatewayRecord,
};
