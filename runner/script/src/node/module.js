// `node:module`: `createRequire`.

import { requireFrom } from '../modules/commonjs.js';
import { fileURLToPath } from './url.js';

export function createRequire(from) {
  const path = String(from).startsWith('file:') ? fileURLToPath(String(from)) : String(from);
  return requireFrom(path.replace(/^\/+/, ''));
}

export const builtinModules = [];
export const isBuiltin = () => false;
export default { createRequire, builtinModules, isBuiltin };
