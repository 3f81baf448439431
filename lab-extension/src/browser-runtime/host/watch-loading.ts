/** What a Pyodide without packages is, in bytes: nobody tells before all of it has come. */
const EXPECTED = 13_000_000;

/**
 * Tells how much of what is below a URL has come to this worker, file by file. Counting bytes on their way would hand the
 * engine another answer than the network's, whose compiled program it keeps for the next time.
 * @param progress from 0 to 1
 * @returns ends it
 */
export function watchLoading(below: string, progress: (done: number) => void): () => void {
  let bytes = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[])
      if (entry.name.startsWith(below)) bytes += entry.decodedBodySize;
    progress(Math.min(0.95, bytes / EXPECTED));
  });
  observer.observe({ type: 'resource', buffered: true });
  return () => observer.disconnect();
}
