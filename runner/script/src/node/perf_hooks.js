// `node:perf_hooks`.

const { performance } = globalThis;

export { performance };
export default { performance };
