// `node:querystring`.

export function parse(text) {
  const found = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in found) found[name] = [found[name], value].flat();
    else found[name] = value;
  }
  return found;
}

export function stringify(object) {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(object)) {
    for (const one of [value].flat()) params.append(name, one ?? '');
  }
  return params.toString();
}

export const escape = encodeURIComponent;
export const unescape = decodeURIComponent;
export default { parse, stringify, escape, unescape };
