// Evaluates a selector: the chain of parts that Rust parsed. Each part maps every element found so
// far to elements below it, or keeps some of them.

const SOURCES = {
  css: cssQuery,
  xpath: (root, path) => {
    const { ownerDocument } = root;
    const relative = ownerDocument && path.startsWith('/') ? `.${path}` : path;
    const nodes = (ownerDocument || root).evaluate(relative, root, null, XPathResult.ORDERED_NODE_ITERATOR_TYPE);
    const found = [];
    for (let node = nodes.iterateNext(); node; node = nodes.iterateNext()) if (node.nodeType === 1) found.push(node);
    return found;
  },
  text: (root, matcher) => textQuery(root, matcher, false),
  textLight: (root, matcher) => textQuery(root, matcher, true),
  role: roleQuery,
  aria: (root, { name, role }) => selectAll(root, '*').filter(element =>
    (role ? roleOf(element) === role : roleOf(element) !== null) && !isHiddenForAria(element)
    && (name === null || normalizeSpace(nameOf(element)) === normalizeSpace(name))),
  label: (root, matcher) => {
    const matches = textMatcher(matcher);
    return selectAll(root, '*').filter(element => labelTextsOf(element).some(matches));
  },
  attribute: (root, { names, matcher }) => {
    const matches = stringMatcherOf(matcher);
    return selectAll(root, names.map(name => `[${CSS.escape(name)}]`).join(', '))
      .filter(element => names.some(name => element.hasAttribute(name) && matches(element.getAttribute(name))));
  },
  chain: (root, parts) => evaluate(parts, root),
};

// Attributes compare as they stand, without folding white space.
const stringMatcherOf = matcher => {
  if (matcher.source !== undefined) return stringMatcher(matcher);
  if (matcher.kind === 'exact') return value => value === matcher.text;
  const lower = matcher.text.toLowerCase();
  return value => value.toLowerCase().includes(lower);
};

const FILTERS = {
  visible: (element, wanted) => isVisible(element) === wanted,
  has: (element, parts) => evaluate(parts, element).length > 0,
  hasNot: (element, parts) => evaluate(parts, element).length === 0,
  hasText: (element, matcher) => !skipsText(element) && textMatcher(matcher)(textOf(element)),
  hasNotText: (element, matcher) => skipsText(element) || !textMatcher(matcher)(textOf(element)),
};

const evaluate = (parts, root) => {
  let found = [root];
  for (const part of parts) {
    const [[name, body]] = Object.entries(part);
    if (SOURCES[name]) {
      const next = new Set();
      for (const start of found) for (const element of SOURCES[name](start, body)) next.add(element);
      found = [...next];
    } else if (FILTERS[name]) {
      found = found.filter(element => element.nodeType === 1 && FILTERS[name](element, body));
    } else if (name === 'nth') {
      const picked = found.at(body);
      found = picked && picked.nodeType === 1 ? [picked] : [];
    } else if (name === 'and') {
      const others = new Set(evaluate(body, root));
      found = found.filter(element => others.has(element));
    } else if (name === 'or') {
      found = inTreeOrder([...new Set([...found, ...evaluate(body, root)])]);
    } else {
      throw new Error(`unknown selector part "${name}"`);
    }
  }
  return found;
};
