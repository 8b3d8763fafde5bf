// A short selector that means exactly one element, for the list that comes with a strictness error.

const quoted = text => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'").replace(/\n/g, '\\n')}'`;
const NAME_LIMIT = 80;

const candidatesFor = (element, testIds) => {
  const candidates = [];
  const add = (shown, part) => candidates.push({ shown, part });
  const attribute = (method, name) => {
    const value = element.getAttribute(name);
    if (value) add(`${method}(${quoted(value)})`, { attribute: { names: [name], matcher: { kind: 'lax', text: value } } });
  };
  for (const name of testIds) {
    const value = element.getAttribute(name);
    if (value) add(`getByTestId(${quoted(value)})`, { attribute: { names: [name], matcher: { kind: 'exact', text: value } } });
  }
  attribute('getByPlaceholder', 'placeholder');
  const role = roleOf(element);
  const bland = !role || role === 'none' || role === 'presentation' || NAMELESS.has(role);
  const name = bland ? '' : normalizeSpace(nameOf(element));
  if (name && name.length <= NAME_LIMIT) {
    for (const [op, extra] of [['*=', ''], ['=', ', exact: true']]) {
      add(`getByRole(${quoted(role)}, { name: ${quoted(name)}${extra} })`, { role: { role, name: { op, text: name, anyCase: op === '*=' } } });
    }
  }
  const [label] = labelTextsOf(element);
  if (label && label.normalized && label.normalized.length <= NAME_LIMIT) {
    add(`getByLabel(${quoted(label.normalized)})`, { label: { kind: 'lax', text: label.normalized } });
  }
  const text = textOf(element).normalized;
  if (text && text.length <= NAME_LIMIT && !['SELECT', 'INPUT', 'TEXTAREA'].includes(tagOf(element))) {
    add(`getByText(${quoted(text)})`, { text: { kind: 'lax', text } });
    add(`getByText(${quoted(text)}, { exact: true })`, { text: { kind: 'exact', text } });
  }
  attribute('getByAltText', 'alt');
  attribute('getByTitle', 'title');
  if (element.id) addCss(candidates, `#${CSS.escape(element.id)}`);
  if (!bland) add(`getByRole(${quoted(role)})`, { role: { role } });
  addCss(candidates, tagOf(element).toLowerCase());
  return candidates;
};

const cssPart = css => ({ css: { text: css, light: false, list: [[['', { css, tests: [] }]]] } });
const addCss = (candidates, css) => candidates.push({ shown: `locator(${quoted(css)})`, part: cssPart(css) });

const suggestion = (element, testIds) => {
  const document = element.ownerDocument;
  const found = parts => evaluate(parts, document);
  let ambiguous;
  for (const { shown, part } of candidatesFor(element, testIds)) {
    const all = found([part]);
    if (all.length === 1 && all[0] === element) return shown;
    if (!ambiguous && all.includes(element)) ambiguous = { shown, part, index: all.indexOf(element) };
  }
  if (!ambiguous) return '';
  for (let parent = parentOf(element); parent && parent !== document.body; parent = parentOf(parent)) {
    for (const css of [parent.id && `#${CSS.escape(parent.id)}`, tagOf(parent).toLowerCase()]) {
      if (!css || css === 'html') continue;
      const all = found([cssPart(css), ambiguous.part]);
      if (all.length === 1 && all[0] === element) return `locator(${quoted(css)}).${ambiguous.shown}`;
    }
  }
  return ambiguous.index ? `${ambiguous.shown}.nth(${ambiguous.index})` : `${ambiguous.shown}.first()`;
};

const SHOWN_MATCHES = 10;
const ambiguity = (elements, testIds) => ({
  count: elements.length,
  matches: elements.slice(0, SHOWN_MATCHES).map(element => ({ element: picture(element), selector: suggestion(element, testIds) })),
});
