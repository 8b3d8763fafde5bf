// Runs CommonJS files: `require`, `module`, `exports`.

import native from 'canary:native';
import { lazy } from '../playwright/native.js';

const modules = new Map();

/** Returns what a CommonJS file exports; it runs once. */
export function load(path) {
  let module = modules.get(path);
  if (!module) {
    module = { exports: {}, id: path, filename: `/${path}`, loaded: false, children: [], paths: [] };
    modules.set(path, module);
    const run = native.compileFunction(path);
    run.call(module.exports, module.exports, requireFrom(path), module, `/${path}`, folderOf(path));
    module.loaded = true;
  }
  return module.exports;
}

/** Returns the `require` function of a file. */
export function requireFrom(base) {
  const require = (specifier) => {
    if (typeof specifier !== 'string') throw new TypeError('require needs a text');
    const { name, kind } = native.resolve(base, specifier);
    if (kind === 'builtin') {
      const namespace = lazy(name.slice('canary:'.length));
      return namespace.default ?? namespace;
    }
    if (kind === 'commonjs') return load(name);
    const namespace = native.importNow(name);
    return kind === 'json' ? namespace.default : namespace;
  };
  require.resolve = (specifier) => {
    const { name, kind } = native.resolve(base, specifier);
    return kind === 'builtin' ? specifier : `/${name}`;
  };
  require.cache = {};
  require.main = undefined;
  return require;
}

/** Returns the folder of a file as `__dirname`. */
export const folderOf = (path) => `/${path.split('/').slice(0, -1).join('/')}`;

/** Returns what `import x from` gives for a CommonJS module. */
export const defaultOf = (exported) => (exported?.__esModule && 'default' in exported ? exported.default : exported);
