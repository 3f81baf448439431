import pino from 'pino';

export type Logger = pino.Logger;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Lines that the reader of our stderr has not taken; more are dropped, so that a stopped terminal stops no kernel. */
const LONGEST_BACKLOG_BYTES = 4 * 1024 * 1024;
const REMOVED = '[secret]';

export interface ServerLogger {
  readonly logger: Logger;
  /** Writes out what is waiting. The logger may be used afterwards. */
  flush(): void;
}

/**
 * Logs to stderr, for people on a terminal and as JSON lines elsewhere. stdout is left to the line that says where the
 * server is (I10: the only place that shows the token).
 * @param secrets never let into a line, wherever in it they occur
 */
export async function createLogger(options: {
  readonly level: LogLevel;
  readonly secrets: readonly string[];
  readonly isTerminal: boolean;
}): Promise<ServerLogger> {
  const destination = pino.destination({ dest: 2, sync: false, maxLength: LONGEST_BACKLOG_BYTES });
  // A closed terminal or pipe: there is nobody left to tell.
  destination.on('error', () => undefined);
  const hideSecrets = secretHider(options.secrets);
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: null,
    redact: { paths: secretPaths, censor: REMOVED },
    serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
    hooks: { streamWrite: hideSecrets },
  };
  const logger = options.isTerminal
    ? pino(
        { ...settings, hooks: { streamWrite: (line) => withoutControls(hideSecrets(line)) } },
        await prettyStream(destination),
      )
    : pino({ ...settings, formatters: { level: (label) => ({ level: label }) }, timestamp }, destination);
  return { logger, flush: () => flush(destination) };
}

const timestamp = pino.stdTimeFunctions.isoTime;

const secretNames = [
  'token',
  'password',
  'hashedPassword',
  'key',
  'authorization',
  'cookie',
  '["set-cookie"]',
  '_xsrf',
];
const secretPaths = ['', '*.', '*.*.'].flatMap((prefix) =>
  secretNames.map((name) => (name.startsWith('[') ? `${prefix.slice(0, -1)}${name}` : `${prefix}${name}`)),
);

/** Tokens in addresses and Authorization headers inside of texts, and the known secrets wherever they are. */
export function secretHider(secrets: readonly string[]): (line: string) => string {
  // A shorter one would blot out innocent text, and hides nothing that could not be guessed.
  const known = secrets.filter((secret) => secret.length >= 6);
  return (line) => {
    let hidden = line.replace(/([?&](?:token|_xsrf)=)[^&\s"'\\]+/g, `$1${REMOVED}`);
    hidden = hidden.replace(/\b((?:token|bearer) )[\w.~+/-]{16,}=*/gi, `$1${REMOVED}`);
    for (const secret of known) hidden = hidden.replaceAll(secret, REMOVED);
    return hidden;
  };
}

/**
 * A line of JSON in which a terminal's control characters are spelled out: paths and headers of requests are whatever
 * somebody sent, and must not move the cursor or set the window's title. Line ends and tabs stay.
 */
export function withoutControls(line: string): string {
  return line
    .replace(/[\u007f-\u009f]/g, (character) => `\\\\u00${character.charCodeAt(0).toString(16)}`)
    .replace(/\\(?:u00[01][0-9a-f]|.)/gi, (escape) =>
      /^\\(?:[bfr]|u00(?!09|0a))/i.test(escape) ? `\\${escape}` : escape,
    );
}

/** Loaded only for a terminal: it is slow to load. */
async function prettyStream(destination: pino.DestinationStream): Promise<pino.DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({ colorize: true, translateTime: 'SYS:HH:MM:ss', destination: destination as never });
}

function flush(destination: { flushSync(): void }): void {
  try {
    destination.flushSync();
  } catch {
    // Not opened yet, or the pipe is gone: nothing can be shown.
  }
}
