import { Notification as Toast } from '@jupyterlab/apputils';
import { durationText } from './duration-text.ts';

/** In milliseconds: who waits for longer has looked away. */
const LONG = 30_000;

/**
 * Says that a long run has ended to somebody who looks elsewhere: by the browser where it may, and in the page for when
 * they come back.
 */
export function noticeLongRun(name: string, took: number): void {
  if (took < LONG || !document.hidden) return;
  const message = `A cell of ${name} is done after ${durationText(took)}.`;
  Toast.info(message, { autoClose: false });
  if ('Notification' in window && Notification.permission === 'granted')
    new Notification('In the Loop', { body: message, tag: `in-the-loop-${name}` });
}

/** Asks the browser, which asks the person. @returns a sentence for people */
export async function permitNotices(): Promise<string> {
  if (!('Notification' in window)) return 'This browser has no notifications on this address.';
  const permission = await Notification.requestPermission();
  return permission === 'granted'
    ? 'The browser tells you when a run of more than 30 seconds ends while you look elsewhere.'
    : 'The browser does not allow notifications here; its settings for this site say so.';
}
