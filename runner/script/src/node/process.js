// `node:process`.

const { process } = globalThis;

export const { env, argv, platform, arch, pid, version, versions, cwd, nextTick, hrtime, uptime, exit, stdout, stderr } = process;
export default process;
