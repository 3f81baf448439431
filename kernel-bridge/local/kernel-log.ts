/** What a launcher tells the operator; a pino logger fits. Fields never hold keys or environments. */
export interface KernelLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
