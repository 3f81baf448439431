const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds, as the headers of an answer say: `retry-after-ms` (OpenAI), or `retry-after` in seconds or as a date (RFC 9110). */
export function retryAfterOfHeaders(headers: Headers, now: number): number | null {
  const exact = headers.get('retry-after-ms');
  if (exact !== null && /^\d+(\.\d+)?$/.test(exact)) return Number(exact);
  const given = headers.get('retry-after');
  if (given === null) return null;
  if (/^\d+(\.\d+)?$/.test(given)) return Number(given) * 1_000;
  const date = Date.parse(given);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Milliseconds, as OpenAI and Groq write into their message: `Please try again in 1m26.4s.` */
export function retryAfterOfText(text: string): number | null {
  const [, duration] =
    /(?:try again|retry) (?:in|after) ((?:\d+(?:\.\d+)?(?:ms|[smhd]) ?)+)/i.exec(text) ?? [];
  if (duration === undefined) return null;
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/gi)];
  const total = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (MILLISECONDS[(unit ?? '').toLowerCase()] ?? 0),
    0,
  );
  return Math.ceil(total);
}
