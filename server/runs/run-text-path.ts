/** The path of the URL where all is that a run printed under a name. @param baseUrl starts and ends with `/` */
export function runTextPath(baseUrl: string, runId: string, name: string): string {
  return `${baseUrl}api/in-the-loop/v1/runs/${encodeURIComponent(runId)}/text/${name}`;
}
