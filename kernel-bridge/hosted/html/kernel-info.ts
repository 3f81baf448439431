export const KERNEL_INFO = {
  status: 'ok',
  protocol_version: '5.4',
  implementation: 'in-the-loop-html',
  implementation_version: '1',
  banner: 'HTML, CSS and JavaScript, run in this browser',
  language_info: {
    name: 'html',
    version: '5',
    mimetype: 'text/html',
    file_extension: '.html',
    pygments_lexer: 'html',
  },
  help_links: [{ text: 'HTML, CSS and JavaScript', url: 'https://developer.mozilla.org/docs/Web' }],
  debugger: false,
} as const;
