// Media types by file ending, for answers and uploads that come from files.

const TYPES = {
  avif: 'image/avif', bin: 'application/octet-stream', bmp: 'image/bmp', css: 'text/css', csv: 'text/csv',
  gif: 'image/gif', gz: 'application/gzip', htm: 'text/html', html: 'text/html', ico: 'image/x-icon',
  jpeg: 'image/jpeg', jpg: 'image/jpeg', js: 'text/javascript', json: 'application/json', map: 'application/json',
  md: 'text/markdown', mjs: 'text/javascript', mp3: 'audio/mpeg', mp4: 'video/mp4', ogg: 'audio/ogg',
  otf: 'font/otf', pdf: 'application/pdf', png: 'image/png', svg: 'image/svg+xml', ttf: 'font/ttf',
  txt: 'text/plain', wasm: 'application/wasm', wav: 'audio/wav', webm: 'video/webm', webp: 'image/webp',
  woff: 'font/woff', woff2: 'font/woff2', xhtml: 'application/xhtml+xml', xml: 'application/xml', zip: 'application/zip',
};

export function mediaType(path) {
  const ending = /\.([a-z0-9]+)$/i.exec(String(path))?.[1];
  return ending ? TYPES[ending.toLowerCase()] : undefined;
}
