/**
 * Milliseconds. Browsers let a page that nobody has looked at for five minutes act once a minute: it could not say often
 * enough that it is here, and would come and go before everybody's eyes. So it takes its leave before.
 */
const AWAY_AFTER = 4 * 60_000;

/** Calls back when nobody has looked at this page for minutes, and as soon as somebody does again. */
export function watchAway(setAway: (isAway: boolean) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    if (document.visibilityState === 'visible') setAway(false);
    else timer = setTimeout(() => setAway(true), AWAY_AFTER);
  };
  document.addEventListener('visibilitychange', look);
  look();
}
