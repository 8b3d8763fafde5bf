// The text of an element as locators see it, and the ways of comparing it.

const skipsText = element => {
  const tag = tagOf(element);
  const { head } = element.ownerDocument;
  return tag === 'SCRIPT' || tag === 'NOSCRIPT' || tag === 'STYLE' || !!(head && head.contains(element));
};

const BUTTON_INPUTS = new Set(['submit', 'button', 'reset']);

// `full`: all text below, shadow roots included; `own`: the runs of text that stand directly in
// the element, each ended by a child element.
const textOf = root => remember(memory.texts, root, () => {
  const text = { full: '', normalized: '', own: [] };
  if (root.nodeType === 1 && skipsText(root)) return text;
  if (root.nodeType === 1 && tagOf(root) === 'INPUT' && BUTTON_INPUTS.has(root.type)) {
    return { full: root.value, normalized: normalizeSpace(root.value), own: [root.value] };
  }
  let run = '';
  for (let child = root.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === 3) {
      text.full += child.nodeValue || '';
      run += child.nodeValue || '';
    } else if (child.nodeType === 1) {
      if (run) text.own.push(run);
      run = '';
      text.full += textOf(child).full;
    }
  }
  if (run) text.own.push(run);
  if (root.shadowRoot) text.full += textOf(root.shadowRoot).full;
  text.normalized = normalizeSpace(text.full);
  return text;
});

const literalText = text => ({ full: text, normalized: normalizeSpace(text), own: [text] });

const expression = ({ source, flags }) => new RegExp(source, flags);

// Turns a matcher of a selector into a predicate over `textOf` results.
//   lax: part of the text, any case; exact: the whole text; node: one run of own text; or a regex.
const textMatcher = matcher => {
  if (matcher.source !== undefined) {
    const regex = expression(matcher);
    return text => {
      regex.lastIndex = 0;
      return regex.test(text.full);
    };
  }
  const wanted = normalizeSpace(matcher.text);
  if (matcher.kind === 'exact') return text => text.normalized === wanted;
  if (matcher.kind === 'node') {
    return text => (!wanted && !text.own.length) || text.own.some(run => normalizeSpace(run) === wanted);
  }
  const lower = wanted.toLowerCase();
  return text => text.normalized.toLowerCase().includes(lower);
};

// 'none', 'self' (no child holds the text alone) or 'inner' (a child does as well).
const textPlace = (element, matches) => {
  if (skipsText(element) || !matches(textOf(element))) return 'none';
  for (let child = element.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === 1 && matches(textOf(child))) return 'inner';
  }
  return element.shadowRoot && matches(textOf(element.shadowRoot)) ? 'inner' : 'self';
};

const textQuery = (root, matcher, light) => {
  const matches = textMatcher(matcher);
  const lax = matcher.kind === 'lax';
  const found = [];
  let barren = null;
  const consider = element => {
    // A text that an element lacks is in none of its descendants either.
    if (lax && barren && barren.contains(element)) return;
    const place = textPlace(element, matches);
    if (place === 'none') barren = element;
    else if (place === 'self' || matcher.kind === 'node') found.push(element);
  };
  if (root.nodeType === 1) consider(root);
  for (const element of selectAll(root, '*', light)) consider(element);
  return found;
};

const idsOf = (element, attribute) => {
  const value = element.getAttribute(attribute);
  if (!value) return [];
  const root = element.getRootNode();
  const seen = new Set();
  for (const id of value.split(/\s+/)) {
    const target = id && root.querySelector ? root.querySelector(`#${CSS.escape(id)}`) : null;
    if (target) seen.add(target);
  }
  return [...seen];
};

const labelTextsOf = element => {
  if (element.hasAttribute('aria-labelledby')) {
    const labels = idsOf(element, 'aria-labelledby');
    if (labels.length) return labels.map(textOf);
  }
  const label = element.getAttribute('aria-label');
  if (label !== null && label.trim()) return [literalText(label)];
  const tag = tagOf(element);
  const labelable = ['BUTTON', 'METER', 'OUTPUT', 'PROGRESS', 'SELECT', 'TEXTAREA'].includes(tag)
    || (tag === 'INPUT' && element.type !== 'hidden');
  return labelable || element.labels ? [...(element.labels || [])].map(textOf) : [];
};
