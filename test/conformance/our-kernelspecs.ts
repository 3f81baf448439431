/** Kernels that need nothing installed, and that only our server has. */
const OURS = ['pyodide', 'browser.python', 'browser.html'];

/** The list of kernelspecs as a stock server would have it; anything else as it is. */
export function withoutOurKernelspecs(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('kernelspecs' in body)) return body;
  const entries = Object.entries(body.kernelspecs as object).filter(([name]) => !OURS.includes(name));
  return { ...body, kernelspecs: Object.fromEntries(entries) };
}
