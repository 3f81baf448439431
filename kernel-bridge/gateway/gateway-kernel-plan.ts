import type { LaunchRequest } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import type { GatewayAccess } from './gateway-access.ts';
import type { GatewayKernelTimes } from './gateway-connection.ts';
import type { KernelRecordFile } from '../life/kernel-record-file.ts';
import type { GatewayRecord } from './gateway-record.ts';

export interface GatewayKernelPlan {
  readonly request: LaunchRequest;
  readonly access: GatewayAccess;
  readonly file: KernelRecordFile<GatewayRecord>;
  readonly log: KernelLog;
  readonly times: GatewayKernelTimes;
  onOver(): void;
}
