/** What the lab pages need of a logger. */
export interface LabLog {
  warn(message: string): void;
}
