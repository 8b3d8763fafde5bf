// Texts of selectors that the locator factories make, and the same as code for messages.

import { contextDefaults } from './context_defaults.js';
import { invalid, unsupported } from './errors.js';

let testIdAttribute;

/** Registration of own engines and the attribute of `getByTestId`, as `playwright.selectors`. */
export const selectors = {
  setTestIdAttribute(name) {
    testIdAttribute = name;
  },
  async register() {
    return unsupported('selectors.register', 'engines of scripts would run in every page; use css, xpath, text or role');
  },
};

/** Returns a value as a script would write it. */
export function quoted(value) {
  if (value instanceof RegExp) return String(value);
  const json = JSON.stringify(value);
  return `'${json.slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
}

function optionText(pairs) {
  const set = pairs.filter(([, value]) => value !== undefined);
  if (set.length === 0) return '';
  return `, { ${set.map(([name, value]) => `${name}: ${typeof value === 'object' || typeof value === 'string' ? quoted(value) : value}`).join(', ')} }`;
}

/** A regular expression inside a selector must not end a quoted part or chain on. */
function regexText(regex) {
  return String(regex)
    .replace(/(^|[^\\])(\\\\)*(["'`])/g, '$1$2\\$3')
    .replace(/>>/g, '\\>\\>');
}

function textMatch(text, exact) {
  if (text instanceof RegExp) return regexText(text);
  return JSON.stringify(String(text)) + (exact ? 's' : 'i');
}

/** Values in brackets of roles know backslashes only. */
function attributeMatch(value, exact) {
  if (value instanceof RegExp) return regexText(value);
  const escaped = String(value).replace(/\\/g, '\\\\').replace(/"/g, '\\"');
  return `"${escaped}"${exact ? 's' : 'i'}`;
}

function byAttribute(method, attribute) {
  return (text, options = {}) => ({
    selector: `internal:attr=[${attribute}=${textMatch(text, options.exact)}]`,
    text: `${method}(${quoted(text)}${optionText([['exact', options.exact || undefined]])})`,
  });
}

function byText(method, engine) {
  return (text, options = {}) => ({
    selector: `${engine}=${textMatch(text, options.exact)}`,
    text: `${method}(${quoted(text)}${optionText([['exact', options.exact || undefined]])})`,
  });
}

function byRole(role, options = {}) {
  const attributes = [
    ['checked', options.checked],
    ['disabled', options.disabled],
    ['selected', options.selected],
    ['expanded', options.expanded],
    ['include-hidden', options.includeHidden],
    ['level', options.level],
    ['name', options.name === undefined ? undefined : attributeMatch(options.name, options.exact)],
    ['description', options.description === undefined ? undefined : attributeMatch(options.description, options.exact)],
    ['pressed', options.pressed],
  ].filter(([, value]) => value !== undefined);
  const shown = [
    ['name', options.name],
    ['description', options.description],
    ['exact', options.exact || undefined],
    ...['checked', 'disabled', 'selected', 'expanded', 'includeHidden', 'level', 'pressed'].map((name) => [name, options[name]]),
  ];
  return {
    selector: `internal:role=${role}${attributes.map(([name, value]) => `[${name}=${value}]`).join('')}`,
    text: `getByRole(${quoted(role)}${optionText(shown)})`,
  };
}

function byTestId(id) {
  return {
    selector: `internal:testid=[${testIdAttribute ?? contextDefaults().testIdAttribute ?? 'data-testid'}=${textMatch(id, true)}]`,
    text: `getByTestId(${quoted(id)})`,
  };
}

/** One function for each `getBy…`, giving selector and code. */
export const factories = {
  getByAltText: byAttribute('getByAltText', 'alt'),
  getByPlaceholder: byAttribute('getByPlaceholder', 'placeholder'),
  getByTitle: byAttribute('getByTitle', 'title'),
  getByLabel: byText('getByLabel', 'internal:label'),
  getByText: byText('getByText', 'internal:text'),
  getByRole: byRole,
  getByTestId: byTestId,
};

/** Gives a class of locators or frames the `getBy…` methods, made by its `_found`. */
export function addFactories(prototype) {
  for (const [name, make] of Object.entries(factories)) {
    Object.defineProperty(prototype, name, {
      value(...args) {
        return this._found(make(...args));
      },
      configurable: true,
      writable: true,
    });
  }
}

/** Returns what `locator(selector)` means. */
export function bySelector(api, selector) {
  if (typeof selector !== 'string') invalid(api, `selector: expected string, got ${typeof selector}`);
  return { selector, text: `locator(${quoted(selector)})` };
}

/** Returns the parts that narrow a locator: `has`, `hasNot`, `hasText`, `hasNotText`, `visible`. */
export function narrowing(owner, options = {}) {
  const parts = [];
  const texts = [];
  const add = (part, text) => {
    parts.push(part);
    texts.push(text);
  };
  if (options.hasText !== undefined) {
    add(`internal:has-text=${textMatch(options.hasText, false)}`, `.filter({ hasText: ${quoted(options.hasText)} })`);
  }
  if (options.hasNotText !== undefined) {
    add(`internal:has-not-text=${textMatch(options.hasNotText, false)}`, `.filter({ hasNotText: ${quoted(options.hasNotText)} })`);
  }
  for (const [name, engine] of [['has', 'internal:has'], ['hasNot', 'internal:has-not']]) {
    const inner = options[name];
    if (inner === undefined) continue;
    sameFrame(owner, inner, `Inner "${name}" locator must belong to the same frame.`);
    add(`${engine}=${JSON.stringify(inner._selector)}`, `.filter({ ${name}: ${inner._text} })`);
  }
  if (options.visible !== undefined) {
    add(`visible=${options.visible ? 'true' : 'false'}`, options.visible ? '.visible()' : '.filter({ visible: false })');
  }
  return { parts, text: texts.join('') };
}

/** Locators of two frames cannot be put together. */
export function sameFrame(owner, other, message = 'Locators must belong to the same frame.') {
  if (owner && other._frame !== owner) invalid('locator', message);
}
