// The composed tree: parents and roots across open shadow roots, the order of nodes, styles,
// boxes, and the picture of an element in a log. Whatever is computed while looking once at the
// page is remembered in `memory`, which the next look throws away.

let memory;
const forget = () => {
  memory = {
    texts: new Map(), scopes: new Map(), styles: new Map(), hidden: new Map(),
    roles: new Map(), names: new Map(), nthMatches: new Map(),
  };
};
forget();

const remember = (map, key, make) => {
  if (map.has(key)) return map.get(key);
  const value = make();
  map.set(key, value);
  return value;
};

// A form's own properties can be shadowed by its fields (`<input name=tagName>`).
const readTagName = Object.getOwnPropertyDescriptor(Element.prototype, 'tagName').get;
const tagOf = element => readTagName.call(element).toUpperCase();

const parentOf = element => {
  if (element.parentElement) return element.parentElement;
  const parent = element.parentNode;
  return parent && parent.nodeType === 11 && parent.host ? parent.host : null;
};

// The place an element is rendered at: its slot, if a shadow root took it in.
const renderedParentOf = element => element.assignedSlot || parentOf(element);

// A light child of a shadow host that no slot takes is not rendered.
const isUnslotted = node => {
  const host = node.parentElement;
  return !!host && !!host.shadowRoot && !node.assignedSlot;
};

const closestOf = (element, selector) => {
  for (let step = element; step; step = parentOf(step)) if (step.matches(selector)) return step;
  return null;
};

// The trees below a root that one query has to search: its own, then the open shadow roots.
const scopesOf = root => remember(memory.scopes, root, () => {
  const scopes = [root];
  const enter = shadow => scopes.push(...scopesOf(shadow));
  if (root.shadowRoot) enter(root.shadowRoot);
  for (const element of root.querySelectorAll('*')) if (element.shadowRoot) enter(element.shadowRoot);
  return scopes;
});

const selectAll = (root, css, light) => {
  if (light) return [...root.querySelectorAll(css)];
  const scopes = scopesOf(root);
  if (scopes.length === 1) return [...root.querySelectorAll(css)];
  return scopes.flatMap(scope => [...scope.querySelectorAll(css)]);
};

const hostChain = node => {
  const chain = [node];
  for (let root = node.getRootNode(); root.host; root = root.host.getRootNode()) chain.unshift(root.host);
  return chain;
};

// Tree order with the light children of a host before those of its shadow root.
const inTreeOrder = elements => {
  if (elements.length < 2) return elements;
  const chains = new Map(elements.map(element => [element, hostChain(element)]));
  return elements.sort((left, right) => {
    const a = chains.get(left);
    const b = chains.get(right);
    let depth = 0;
    while (depth < a.length - 1 && depth < b.length - 1 && a[depth] === b[depth]) depth++;
    if (a[depth] === b[depth]) return a.length - b.length;
    const position = a[depth].compareDocumentPosition(b[depth]);
    // A host stands for what is in its shadow root, and its light descendants come before that.
    if (position & 8) return depth < b.length - 1 ? -1 : 1;
    if (position & 16) return depth < a.length - 1 ? 1 : -1;
    return position & 4 ? -1 : 1;
  });
};

const styleOf = (element, pseudo) => {
  if (pseudo) return getComputedStyle(element, pseudo);
  return remember(memory.styles, element, () => getComputedStyle(element));
};

const hasSize = rect => rect.width > 0 && rect.height > 0;

const textNodeVisible = node => {
  const range = document.createRange();
  range.selectNode(node);
  return hasSize(range.getBoundingClientRect());
};

const styleShows = element => {
  if (element.checkVisibility && !element.checkVisibility()) return false;
  return styleOf(element).visibility === 'visible';
};

const isVisible = element => {
  if (!element.isConnected) return false;
  if (styleOf(element).display === 'contents') {
    for (let child = element.firstChild; child; child = child.nextSibling) {
      if (child.nodeType === 1 ? isVisible(child) : child.nodeType === 3 && textNodeVisible(child)) return true;
    }
    return false;
  }
  return styleShows(element) && hasSize(element.getBoundingClientRect());
};

const INVISIBLE = /[\u200b\u00ad]/g;
const normalizeSpace = text => text.replace(INVISIBLE, '').trim().replace(/\s+/g, ' ');

const shorten = (text, limit) => (text.length > limit ? text.slice(0, limit - 1) + '\u2026' : text);
const oneLine = text => text.replace(/\n/g, '\u21B5').replace(/\t/g, '\u21C6');

const EMPTY_TAGS = new Set(['AREA', 'BASE', 'BR', 'COL', 'COMMAND', 'EMBED', 'HR', 'IMG', 'INPUT',
  'KEYGEN', 'LINK', 'MENUITEM', 'META', 'PARAM', 'SOURCE', 'TRACK', 'WBR']);
const FLAG_ATTRIBUTES = new Set(['checked', 'selected', 'disabled', 'readonly', 'multiple']);

// How an element is shown to people: its tag, its shortest attributes first, the start of its text.
const picture = node => {
  if (node.nodeType === 3) return oneLine(`#text=${node.nodeValue || ''}`);
  if (node.nodeType !== 1) return oneLine(`<${node.nodeName.toLowerCase()} />`);
  const attributes = [];
  for (const { name, value } of node.attributes) {
    if (name === 'style') continue;
    attributes.push(!value && FLAG_ATTRIBUTES.has(name) ? ` ${name}` : ` ${name}="${value}"`);
  }
  attributes.sort((a, b) => a.length - b.length);
  const tag = tagOf(node).toLowerCase();
  const head = `<${tag}${shorten(attributes.join(''), 500)}`;
  if (EMPTY_TAGS.has(tagOf(node))) return oneLine(`${head}/>`);
  const children = [...node.childNodes];
  const plain = children.length <= 5 && children.every(child => child.nodeType === 3);
  const inner = plain ? node.textContent || '' : children.length ? '\u2026' : '';
  return oneLine(`${head}>${shorten(inner, 50)}</${tag}>`);
};
