/** The link for viewers at the address that this browser has; a hub may know a better one. */
export function absoluteLink(link: string, shareUrl: string, address: string): string {
  return new URL(link, shareUrl === '' ? address : new URL(shareUrl, address)).href;
}
