// `node:os`: enough for scripts that write line ends or name files.

export const EOL = '\n';
export const platform = () => 'linux';
export const type = () => 'Linux';
export const arch = () => 'x64';
export const release = () => '';
export const hostname = () => 'canary';
export const homedir = () => '/';
export const tmpdir = () => '/tmp';
export const cpus = () => [];
export default { EOL, platform, type, arch, release, hostname, homedir, tmpdir, cpus };
