import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { PlaceError } from '../places/place-error.ts';
import type { GatewaySettings } from './gateway-settings.ts';

export interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string[];
}

/** The system's authorities and, where one is named, another. @throws PlaceError */
export function tlsOptions({ verifyTls = true, certificateAuthority }: GatewaySettings): TlsOptions {
  if (certificateAuthority === undefined) return { rejectUnauthorized: verifyTls };
  try {
    const own = readFileSync(certificateAuthority, 'utf8');
    return { rejectUnauthorized: verifyTls, ca: [...rootCertificates, own] };
  } catch (cause) {
    throw new PlaceError(
      'PLACE_UNFIT',
      `The certificate authority's file cannot be read: ${(cause as Error).message}.`,
      'Give the path of a PEM file on the machine of this server.',
      {},
      { cause },
    );
  }
}
