// Which URLs a glob, a regular expression, a URLPattern or a function means.

const SPECIAL = /[$^+.*()|\\?{}[\]]/;
const OPAQUE = /^(about|data|chrome|edge|file|blob|javascript):/;

/** Makes a regular expression of a glob: `*` within a path segment, `**` across, `{a,b}` either. */
export function globToRegExp(glob) {
  const characters = [...glob];
  let source = '^';
  let inGroup = false;
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i];
    if (character === '\\' && i + 1 < characters.length) {
      source += escaped(characters[++i]);
    } else if (character === '*') {
      const before = characters[i - 1];
      let stars = 1;
      while (characters[i + 1] === '*') {
        stars++;
        i++;
      }
      if (stars === 1) {
        source += '([^/]*)';
      } else if (characters[i + 1] === '/') {
        source += before === '/' ? '((.+/)|)' : '(.*/)';
        i++;
      } else {
        source += '(.*)';
      }
    } else if (character === '{') {
      inGroup = true;
      source += '(';
    } else if (character === '}') {
      inGroup = false;
      source += ')';
    } else if (character === ',' && inGroup) {
      source += '|';
    } else {
      source += escaped(character);
    }
  }
  return new RegExp(`${source}$`);
}

function escaped(character) {
  return SPECIAL.test(character) ? `\\${character}` : character;
}

/** Resolves a glob against the base URL, without letting the URL parser touch its wildcards. */
function resolveGlob(glob, base) {
  if (glob.startsWith('*') || OPAQUE.test(glob)) return glob;
  const kept = new Map();
  const keep = (text) => {
    const placeholder = `x-canary-${kept.size}-x`;
    kept.set(placeholder, text);
    return placeholder;
  };
  const protectedGlob = glob
    .split('/')
    .map((part, index) => {
      if (part === '.' || part === '..' || part === '') return part;
      if (index === 0 && part.endsWith(':')) return /[*{}]/.test(part) ? `${keep(part)}:` : part;
      const query = part.indexOf('?');
      if (query < 0) return /[*{}\\]/.test(part) ? keep(part) : part;
      const head = part.slice(0, query);
      const tail = part.slice(query);
      return (/[*{}\\]/.test(head) ? keep(head) : head) + (/[*{}\\]/.test(tail) ? `?${keep(tail.slice(1))}` : tail);
    })
    .join('/');
  const resolved = resolveURL(protectedGlob, base);
  let text = resolved ?? glob;
  if (resolved !== null) {
    for (const [placeholder, original] of kept) {
      text = text.replace(original.endsWith(':') ? `${placeholder}:` : placeholder, () => original);
    }
  }
  return text;
}

function resolveURL(url, base) {
  try {
    return new URL(url, base).toString();
  } catch {
    return null;
  }
}

/** Resolves an address against the base URL of the context; what is no URL stays as it is. */
export function resolveAddress(base, url) {
  if (base === undefined || base === null) return url;
  return resolveURL(url, base) ?? url;
}

/** Tells whether `value` can be matched against URLs. */
export function isMatcher(value) {
  return typeof value === 'string' || value instanceof RegExp || typeof value === 'function' || isURLPattern(value);
}

function isURLPattern(value) {
  return typeof value === 'object' && value !== null && typeof value.test === 'function' && 'pathname' in value;
}

/** Tells whether `url` is meant by `matcher`. */
export function urlMatches(base, url, matcher, sockets = false) {
  if (matcher === undefined || matcher === '') return true;
  if (matcher instanceof RegExp) return search(matcher, url);
  if (isURLPattern(matcher)) return matcher.test(url);
  if (typeof matcher === 'function') {
    const parsed = parse(url);
    return parsed ? Boolean(matcher(parsed)) : false;
  }
  if (typeof matcher !== 'string') throw new Error('url parameter should be string, RegExp, URLPattern or function');
  const glob = resolveGlob(matcher, sockets ? socketBase(base) : base ?? undefined);
  if (url === glob) return true;
  return globToRegExp(glob).test(url);
}

/** Returns the source of a regular expression that matches what a glob means, the address itself included. */
export function globSource(base, glob) {
  const resolved = resolveGlob(glob, base ?? undefined);
  const literal = [...resolved].map(escaped).join('');
  return `^(?:${literal}|${globToRegExp(resolved).source.slice(1, -1)})$`;
}

/** Tests a regular expression without being led astray by its `g` or `y` flag. */
export function search(regex, text) {
  return new RegExp(regex.source, regex.flags.replace(/[gy]/g, '')).test(text);
}

function parse(url) {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}

function socketBase(base) {
  return typeof base === 'string' ? base.replace(/^http/, 'ws') : undefined;
}

/** Tells whether two matchers were written the same. */
export function sameMatcher(a, b) {
  if (a instanceof RegExp && b instanceof RegExp) return a.source === b.source && a.flags === b.flags;
  return a === b;
}

/** Shows a matcher in a call log. */
export function describeMatcher(matcher) {
  if (typeof matcher === 'function') return 'predicate';
  return matcher instanceof RegExp ? String(matcher) : `"${matcher}"`;
}
