/** In a shared notebook, the mime type of an output that is kept once, beside the document. */
export const OUTPUT_REFERENCE_MIME = 'application/vnd.in-the-loop.output-reference+json';
