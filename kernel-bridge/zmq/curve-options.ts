import { curveKeyPair } from 'zeromq';
import type { ConnectionInfo } from '../protocol/connection-info.ts';

/** What a socket needs for a kernel that is encrypted by CurveZMQ; nothing for another. */
export function curveOptions(info: ConnectionInfo): object {
  if (info.curve_publickey === undefined) return {};
  const { publicKey, secretKey } = curveKeyPair();
  return { curveServerKey: info.curve_publickey, curvePublicKey: publicKey, curveSecretKey: secretKey };
}
