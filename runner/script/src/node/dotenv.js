// `dotenv`: the operator's parameters and secrets are in `process.env` already, and a checkout holds none.

export const config = () => ({ parsed: {} });
export const parse = (text) => Object.fromEntries(
  String(text).split('\n').map((line) => line.match(/^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*?)\s*$/)).filter(Boolean)
    .map(([, name, value]) => [name, value.replace(/^(['"])(.*)\1$/, '$2')]),
);
export const populate = () => {};
export default { config, parse, populate };
