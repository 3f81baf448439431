/**
 * Milliseconds since the epoch (with a fraction, as `fs.Stats` has them) as Jupyter writes times: UTC, microseconds,
 * and no fraction where it is zero.
 */
export function isoTime(milliseconds: number): string {
  if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8.64e15) return '1970-01-01T00:00:00Z';
  const microseconds = Math.round(milliseconds * 1000);
  const seconds = Math.floor(microseconds / 1e6);
  const fraction = microseconds - seconds * 1e6;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return fraction === 0 ? `${whole}Z` : `${whole}.${String(fraction).padStart(6, '0')}Z`;
}
