import { randomUUID } from 'node:crypto';
import type { LaunchRequest } from '../kernel.ts';
import type { GatewayAccess } from './gateway-access.ts';
import type { KernelRecordFile } from '../life/kernel-record-file.ts';
import type { GatewayRecord } from './gateway-record.ts';
import { kernelVariables } from './gateway-settings.ts';

/**
 * Has a gateway start a kernel, which is recorded as soon as it is there, so that nobody leaves it behind.
 * @param name of the kernelspec there
 * @throws PlaceError, the file system's errors; nothing runs there then
 */
export async function startKernel(
  access: GatewayAccess,
  file: KernelRecordFile<GatewayRecord>,
  request: LaunchRequest,
  name: string,
): Promise<GatewayRecord> {
  const { client, settings } = access;
  const { id: remoteId } = await client.start(name, { ...request.environment, ...kernelVariables(settings) });
  const record: GatewayRecord = {
    request,
    remoteId,
    sessionId: randomUUID(),
    kernelSession: null,
    kernelInfo: null,
    waiting: [],
    isHeardLater: true,
  };
  try {
    file.write(record);
  } catch (error) {
    await client.shutdown(remoteId);
    throw error;
  }
  return record;
}
