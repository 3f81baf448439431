import { escapeHtml } from '../plain-page.ts';

/** A page that shows a file in a sandboxed frame: its scripts run, but as nobody. @param fileUrl encoded */
export function viewPage(title: string, fileUrl: string): string {
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>html, body { height: 100%; margin: 0; overflow: hidden } iframe { width: 100%; height: 100%; border: 0 }</style>
</head>
<body><iframe id="iframe" sandbox="allow-scripts" src="${escapeHtml(fileUrl)}"></iframe></body>
</html>
`;
}
