// Evaluates CSS that Rust has parsed. A selector is `{ text, light, list }`: `text` is there when
// the browser understands the whole of it; each member of `list` is a chain of compounds,
// `[[combinator, compound], ...]`, and a compound is `{ css, tests }`: the part the browser
// matches, and the tests that are ours. Combinators look through open shadow roots.

const cssQuery = (root, selector) => {
  const single = selector.list.every(chain => chain.length === 1);
  const light = selector.light;
  if (selector.text && (single || root.nodeType !== 1) && (light || scopesOf(root).length === 1)) {
    return [...root.querySelectorAll(selector.text)];
  }
  const context = { scope: root, light };
  const found = new Set();
  for (const chain of selector.list) {
    const last = chain[chain.length - 1][1];
    // A `:scope` or `:is(:scope)` may mean the root itself, which no descendant query returns.
    if (root.nodeType === 1 && mayBeScope(last) && chainMatches(root, chain, chain.length - 1, context)) found.add(root);
    for (const element of selectAll(root, last.css || '*', light)) {
      if (!found.has(element) && chainMatches(element, chain, chain.length - 1, context)) found.add(element);
    }
  }
  return selector.list.length > 1 ? inTreeOrder([...found]) : [...found];
};

const mayBeScope = compound => compound.tests.some(([name]) => name === 'scope' || name === 'is');

const parentIn = (element, context) => {
  if (element === context.scope) return null;
  return context.light ? element.parentElement : parentOf(element);
};

const chainMatches = (element, chain, index, context) => {
  const [combinator, compound] = chain[index];
  if (!compoundMatches(element, compound, context)) return false;
  if (index === 0) return combinator === '' || relativeMatches(element, combinator, context);
  const before = candidate => chainMatches(candidate, chain, index - 1, context);
  switch (combinator) {
    case '>': {
      const parent = parentIn(element, context);
      return !!parent && before(parent);
    }
    case '+': {
      const sibling = element.previousElementSibling;
      return !!sibling && element !== context.scope && before(sibling);
    }
    case '~':
      if (element === context.scope) return false;
      for (let step = element.previousElementSibling; step; step = step.previousElementSibling) if (before(step)) return true;
      return false;
    default:
      for (let step = parentIn(element, context); step; step = parentIn(step, context)) if (before(step)) return true;
      return false;
  }
};

// The first compound of a relative selector, as in `:has(> img)` or `> img`, is tied to the scope.
const relativeMatches = (element, combinator, { scope }) => {
  if (combinator === '>') return parentOf(element) === scope;
  if (combinator === '+') return element.previousElementSibling === scope;
  for (let step = element.previousElementSibling; step; step = step.previousElementSibling) if (step === scope) return true;
  return false;
};

const compoundMatches = (element, compound, context) => {
  if (element === context.scope && !mayBeScope(compound)) return false;
  if (compound.css && !element.matches(compound.css)) return false;
  return compound.tests.every(([name, argument]) => TESTS[name](element, argument, context));
};

const listMatches = (element, list, context) =>
  list.some(chain => chainMatches(element, chain, chain.length - 1, context));

const TESTS = {
  is: (element, list, context) => listMatches(element, list, context),
  not: (element, list, context) => !listMatches(element, list, context),
  light: (element, list, context) => listMatches(element, list, { ...context, light: true }),
  has: (element, list, context) => {
    const inside = list.filter(chain => chain[0][0] === '' || chain[0][0] === '>');
    if (inside.length && cssQuery(element, { list: inside, light: context.light }).length) return true;
    const beside = list.filter(chain => chain[0][0] === '+' || chain[0][0] === '~');
    const parent = element.parentNode;
    if (!beside.length || !parent) return false;
    const scoped = { scope: element, light: context.light };
    return selectAll(parent, '*', context.light).some(other => beside.some(chain => chainMatches(other, chain, chain.length - 1, scoped)));
  },
  scope: (element, _, { scope }) => element === (scope.nodeType === 9 ? scope.documentElement : scope),
  visible: element => isVisible(element),
  'has-text': (element, text) => !skipsText(element) && textMatcher({ kind: 'lax', text })(textOf(element)),
  text: (element, text) => textPlace(element, textMatcher({ kind: 'lax', text })) === 'self',
  'text-is': (element, text) => textPlace(element, textMatcher({ kind: 'node', text })) !== 'none',
  'text-matches': (element, [source, flags]) => textPlace(element, textMatcher({ source, flags })) === 'self',
  'nth-match': (element, [list, n], context) => {
    const key = list;
    const all = remember(memory.nthMatches, key, () => cssQuery(element.ownerDocument, { list, light: context.light }));
    return all[n - 1] === element;
  },
};
