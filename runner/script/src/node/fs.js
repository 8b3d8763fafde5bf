// `node:fs`: files of the checkout, read-only. `/` is the checkout, and so is the working folder.

import native from 'canary:native';
import { fileURLToPath } from './url.js';

const pathOf = (path) => {
  const text = path instanceof URL || String(path).startsWith('file:') ? fileURLToPath(path) : String(path);
  return text.replace(/^\/+/, '');
};

/** Fails a function that would change files. */
const refuse = (name) => () => {
  const error = new Error(`fs.${name} is not available: the checkout of a monitor is read-only; testInfo.attach() keeps files`);
  error.code = 'EROFS';
  throw error;
};

class Stats {
  #isFolder;

  constructor({ size, isFolder, modified }) {
    this.#isFolder = isFolder;
    this.size = size;
    this.mtimeMs = modified;
    this.mtime = new Date(modified);
    this.mode = isFolder ? 0o40555 : 0o100444;
  }

  isFile() {
    return !this.#isFolder;
  }

  isDirectory() {
    return this.#isFolder;
  }

  isSymbolicLink() {
    return false;
  }
}

class Dirent {
  #isFolder;

  constructor(name, parentPath, isFolder) {
    this.name = name;
    this.parentPath = parentPath;
    this.path = parentPath;
    this.#isFolder = isFolder;
  }

  isFile() {
    return !this.#isFolder;
  }

  isDirectory() {
    return this.#isFolder;
  }

  isSymbolicLink() {
    return false;
  }
}

export function readFileSync(path, options) {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  const buffer = Buffer.from(native.readFile(pathOf(path)).buffer);
  return encoding ? buffer.toString(encoding) : buffer;
}

export function existsSync(path) {
  try {
    native.stat(pathOf(path));
    return true;
  } catch {
    return false;
  }
}

export function statSync(path, { throwIfNoEntry = true } = {}) {
  try {
    return new Stats(native.stat(pathOf(path)));
  } catch (error) {
    if (!throwIfNoEntry && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export const lstatSync = statSync;

export function accessSync(path) {
  native.stat(pathOf(path));
}

export function readdirSync(path, options = {}) {
  const { withFileTypes = false, recursive = false } = typeof options === 'string' ? {} : options ?? {};
  const found = [];
  const walk = (folder, prefix) => {
    for (const [name, isFolder] of native.list(pathOf(folder))) {
      found.push(withFileTypes ? new Dirent(name, folder, isFolder) : prefix + name);
      if (recursive && isFolder) walk(`${folder}/${name}`, `${prefix}${name}/`);
    }
  };
  walk(String(path), '');
  return found;
}

export function realpathSync(path) {
  native.stat(pathOf(path));
  return `/${pathOf(path)}`;
}

export const constants = { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 };

const CHANGES = [
  'appendFile', 'chmod', 'chown', 'copyFile', 'cp', 'link', 'mkdir', 'mkdtemp', 'rename', 'rm', 'rmdir', 'symlink',
  'truncate', 'unlink', 'utimes', 'writeFile',
];

/** The functions that give promises. */
export const promises = {
  readFile: async (path, options) => readFileSync(path, options),
  stat: async (path) => statSync(path),
  lstat: async (path) => statSync(path),
  access: async (path) => accessSync(path),
  readdir: async (path, options) => readdirSync(path, options),
  realpath: async (path) => realpathSync(path),
  constants,
  ...Object.fromEntries(CHANGES.map((name) => [name, async () => refuse(name)()])),
};

/** The functions that take a callback. */
const withCallback = (name) => (...args) => {
  const callback = args.pop();
  promises[name](...args).then((value) => callback(null, value), callback);
};

export const readFile = withCallback('readFile');
export const stat = withCallback('stat');
export const access = withCallback('access');
export const readdir = withCallback('readdir');

const changing = Object.fromEntries([...CHANGES.map((name) => `${name}Sync`), 'createWriteStream', 'createReadStream', 'watch', 'openSync', 'writeFile', 'mkdir', 'unlink'].map((name) => [name, refuse(name)]));
export const {
  appendFileSync, copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, rmdirSync, unlinkSync, writeFileSync,
  createWriteStream, createReadStream, watch, openSync, writeFile, mkdir, unlink,
} = changing;

export default {
  ...changing, readFileSync, existsSync, statSync, lstatSync, accessSync, readdirSync, realpathSync, constants, promises,
  readFile, stat, access, readdir,
};
