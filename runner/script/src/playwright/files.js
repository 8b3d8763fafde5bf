// Files of the checkout that scripts name, and bytes that scripts save.

import { attach } from './attachments.js';
import { isBytes, toBase64 } from './bytes.js';
import { invalid } from './errors.js';
import { lazy } from './native.js';
import { mediaType } from './media_types.js';

/** Reads a file of the checkout. */
export async function readFile(api, path) {
  try {
    return lazy('node/fs').readFileSync(path);
  } catch (error) {
    return invalid(api, error.message);
  }
}

export async function readText(api, path) {
  return (await readFile(api, path)).toString('utf8');
}

/** Keeps bytes as an attachment of the run under the name of `path`: the checkout is read-only. */
export async function saveFile(path, bytes, contentType) {
  await attach(String(path), { body: bytes, contentType });
}

/** Brings the argument of `setInputFiles` into one form: paths, or files with their bytes. */
export function inputFiles(api, files) {
  const list = Array.isArray(files) ? files : [files];
  return list.map((file, index) => {
    if (typeof file === 'string') return { path: file };
    if (file instanceof URL) return { path: decodeURIComponent(file.pathname) };
    if (typeof file?.name !== 'string') invalid(api, 'files: expected a path or { name, mimeType, buffer }');
    if (!isBytes(file.buffer)) invalid(api, `payloads[${index}].buffer: expected Buffer, got ${file.buffer === null ? 'null' : typeof file.buffer}`);
    return { name: file.name, mimeType: file.mimeType ?? mediaType(file.name) ?? 'application/octet-stream', base64: toBase64(file.buffer) };
  });
}
