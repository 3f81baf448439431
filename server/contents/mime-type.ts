import { readFileSync } from 'node:fs';
import { lookup } from 'mime-types';

/** A file's type by its name: Python's `mimetypes.guess_type` under jupyter_server, so that both servers say the same. */
export interface GuessedType {
  readonly mimeType: string | null;
  readonly encoding: string | null;
}

// Extensions that Python knows and for which mime-types has the same type; it knows many more, which Python does not.
const shared = new Set(
  `webmanifest json doc dot nq nt bin so oda pdf p7c ps ai eps trig m3u8 xls ppt pot pps wasm bcpio cpio csh dvi gtar
  hdf latex cdf nc p12 pfx sh shar swf sv4cpio sv4crc tar tcl tex texi texinfo ustar src xsl zip aac adts au snd mp3 mp2
  aif aifc aiff ra avif bmp gif ief jpg jpe jpeg heic heif png svg tiff tif ico ras pnm pbm pgm ppm rgb xbm xpm xwd eml
  mht mhtml css csv html htm n3 txt rtx tsv vtt etx vcf mp4 mpeg m1v mpe mpg mov qt webm avi movie`.split(
    /\s+/,
  ),
);

// Extensions for which it has another type, or none.
const pythons = table(`
application/javascript mjs
application/msword wiz
application/octet-stream a dll exe o obj
application/vnd.apple.mpegurl m3u
application/vnd.ms-excel xlb
application/vnd.ms-powerpoint ppa pwz
application/x-hdf5 h5
application/x-mif mif
application/x-pn-realaudio ram
application/x-python-code pyc pyo
application/x-troff roff t tr
application/x-troff-man man
application/x-troff-me me
application/x-troff-ms ms
application/xml rdf wsdl xpdl
audio/3gpp 3gp 3gpp
audio/3gpp2 3g2 3gpp2
audio/aac loas ass
audio/opus opus
audio/x-wav wav
message/rfc822 nws
text/plain bat c h ksh pl srt
text/x-python py
text/x-sgml sgm sgml
text/xml xml
video/mpeg mpa`);

// jupyter_server sets these above all tables: its pages need them whatever the system says.
const fixed = table('application/javascript js\ntext/css css');

const encodings = new Map([
  ['.gz', 'gzip'],
  ['.Z', 'compress'],
  ['.bz2', 'bzip2'],
  ['.xz', 'xz'],
  ['.br', 'br'],
]);
const contracted = new Map([
  ['.svgz', '.svg.gz'],
  ['.tgz', '.tar.gz'],
  ['.taz', '.tar.gz'],
  ['.tz', '.tar.gz'],
  ['.tbz2', '.tar.bz2'],
  ['.txz', '.tar.xz'],
]);

/** Where Python looks, later ones winning (its `mimetypes.knownfiles`). */
const systemFiles = [
  '/etc/mime.types',
  '/etc/httpd/mime.types',
  '/etc/httpd/conf/mime.types',
  '/etc/apache/mime.types',
  '/etc/apache2/mime.types',
  '/usr/local/etc/httpd/conf/mime.types',
  '/usr/local/etc/mime.types',
];
let systemTable: ReadonlyMap<string, string> | null = null;

export function guessMimeType(name: string): GuessedType {
  let [base, extension] = splitExtension(name);
  const spelledOut = contracted.get(extension.toLowerCase());
  if (spelledOut !== undefined) [base, extension] = splitExtension(base + spelledOut);
  const encoding = encodings.get(extension) ?? null;
  if (encoding !== null) [, extension] = splitExtension(base);
  return { mimeType: typeOf(extension.slice(1)), encoding };
}

/** Python looks for lower-case extensions only: one that a system's table spells in capitals is never found. */
function typeOf(extension: string): string | null {
  if (extension === '') return null;
  const key = extension.toLowerCase();
  systemTable ??= readSystemTable();
  const known = fixed.get(key) ?? systemTable.get(key) ?? pythons.get(key);
  if (known !== undefined) return known;
  return shared.has(key) ? lookup(`x.${key}`) || null : null;
}

/** Python's `posixpath.splitext`: a leading dot begins no extension. */
export function splitExtension(name: string): [base: string, extension: string] {
  const dot = name.lastIndexOf('.');
  return dot <= 0 || /^\.*$/.test(name.slice(0, dot)) ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
}

function readSystemTable(): ReadonlyMap<string, string> {
  const texts = systemFiles.map((file) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return ''; // Most systems have one of these at most.
    }
  });
  return table(texts.join('\n'));
}

/** `type extension extension…` a line. */
function table(text: string): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [type = '', ...extensions] = line.replace(/#.*/, '').trim().split(/\s+/);
    for (const extension of extensions) types.set(extension, type);
  }
  return types;
}
