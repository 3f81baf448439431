/** Why a connection to a server cannot be made, in words for people, of what Node and TLS say by codes. */
export function connectionFailure({ code = '', message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the server's name is not known here (${message})`;
  if (code === 'CERT_NOT_YET_VALID' || code === 'CERT_HAS_EXPIRED')
    return `the server's certificate is not valid now (${message}); the clock of this machine says ${new Date().toISOString()}`;
  if (/SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code))
    return `the server's certificate is of nobody that this machine trusts (${message}); name its issuer's by NODE_EXTRA_CA_CERTS`;
  return message;
}
