/* eslint-disable no-console -- Yjs warns there */
const { warn } = console;

/** `@jupyter/ydoc` reads each cell that it makes before that is in a document, and Yjs warns of it each time. */
console.warn = (...told: unknown[]): void => {
  if (!told.some((part) => String(part).startsWith('Invalid access: Add Yjs type to a document')))
    warn(...told);
};
