/** A time as Jupyter writes it: `YYYY-MM-DDTHH:MM:SS.ffffffZ` (contract §2.1). JavaScript knows no microseconds. */
export function jupyterTimestamp(time: Date | number): string {
  return new Date(time).toISOString().replace('Z', '000Z');
}
