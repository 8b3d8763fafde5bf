// `node:fs/promises`.

import { promises } from './fs.js';

export const {
  readFile, stat, lstat, access, readdir, realpath, constants, appendFile, copyFile, mkdir, mkdtemp, rename, rm, rmdir,
  unlink, writeFile,
} = promises;
export default promises;
