// One look at an expectation: does the page hold what is expected, and what was there instead.
// Returns { pass, received, missing }; `not` is applied by the caller.

// How a text is compared: `{ text | source, flags }` with options of the matcher.
const valueMatcher = (wanted, { contains, normalize, ignoreCase }) => {
  if (typeof wanted !== 'string') {
    let flags = wanted.flags || '';
    if (ignoreCase === true && !flags.includes('i')) flags += 'i';
    if (ignoreCase === false) flags = flags.replace('i', '');
    const regex = new RegExp(wanted.source, flags);
    return text => {
      regex.lastIndex = 0;
      return regex.test(text);
    };
  }
  const fold = text => (ignoreCase ? text.toLowerCase() : text);
  const ready = text => fold(normalize ? normalizeSpace(text) : text);
  const expected = ready(wanted);
  return text => (contains ? ready(text).includes(expected) : ready(text) === expected);
};

const wordsOf = text => text.trim().split(/\s+/).filter(Boolean);

const classMatcher = wanted => text => {
  const words = wordsOf(text);
  return wordsOf(wanted).every(word => words.includes(word));
};

const shownText = (element, useInnerText) => (useInnerText ? element.innerText : textOf(element).full);

const isFocused = element => element.getRootNode().activeElement === element && element.ownerDocument.hasFocus();

const viewportRatio = element => new Promise(resolve => {
  const observer = new IntersectionObserver(entries => {
    observer.disconnect();
    resolve(entries[0].intersectionRatio);
  });
  observer.observe(element);
  // A page that is not being drawn has no intersections.
  requestAnimationFrame(() => {});
});

const isEmpty = element =>
  !(['INPUT', 'TEXTAREA'].includes(tagOf(element)) ? element.value : (element.textContent || '').trim());

const propertyOf = (element, path) => {
  let value = element;
  for (const step of path.split('.')) {
    if (value === null || typeof value !== 'object' || !(step in value)) return undefined;
    value = value[step];
  }
  return value;
};

const sameValue = (a, b) => {
  if (Object.is(a, b) || a === b) return true;
  if (!a || !b || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  if (a instanceof RegExp) return b instanceof RegExp && a.source === b.source && a.flags === b.flags;
  if (a instanceof Date || a instanceof Error || b instanceof Date) return a.constructor === b.constructor && String(a.valueOf()) === String(b.valueOf());
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every(key => key in b && sameValue(a[key], b[key]));
};

// States with the words for having and not having them.
const STATE_CHECKS = {
  toBeVisible: element => (isVisible(element) ? 'visible' : 'hidden'),
  toBeAttached: element => (element.isConnected ? 'attached' : 'detached'),
  toBeEnabled: element => (STATES.enabled(element) ? 'enabled' : 'disabled'),
  toBeEditable: element => (STATES.editable(element) ? 'editable' : 'readOnly'),
  toBeFocused: element => (isFocused(element) ? 'focused' : 'inactive'),
  toBeEmpty: element => (isEmpty(element) ? 'empty' : 'notEmpty'),
  toBeChecked: element => {
    const checked = checkedOf(controlOf(element), true);
    if (checked === undefined) throw new Refusal('Not a checkbox or radio button');
    return checked === 'mixed' ? 'indeterminate' : checked ? 'checked' : 'unchecked';
  },
};

const computed = (element, name, pseudo) => {
  const style = getComputedStyle(element, pseudo ? `::${pseudo}` : null);
  return style.getPropertyValue(name) || style[name] || '';
};

const roleText = element => roleOf(element) || '';

// Texts of one element, with how they are compared.
const TEXT_CHECKS = {
  toHaveText: { read: (element, { useInnerText }) => shownText(element, useInnerText), normalize: true },
  toContainText: { read: (element, { useInnerText }) => shownText(element, useInnerText), normalize: true, contains: true },
  toHaveAttribute: { read: (element, { name }) => element.getAttribute(name) },
  toHaveCSS: { read: (element, { name, pseudo }) => computed(element, name, pseudo) },
  toHaveId: { read: element => element.id },
  toHaveClass: { read: element => element.getAttribute('class') || '' },
  toContainClass: { read: element => element.getAttribute('class') || '', words: true },
  toHaveRole: { read: roleText },
  toHaveAccessibleName: { read: element => nameOf(element), normalize: true },
  toHaveAccessibleDescription: { read: element => descriptionOf(element), normalize: true },
  toHaveAccessibleErrorMessage: { read: errorMessageOf, normalize: true },
  toHaveValue: { read: element => {
    const control = controlOf(element);
    if (!['INPUT', 'TEXTAREA', 'SELECT'].includes(tagOf(control))) throw new Refusal('Not an input element');
    return control.value;
  } },
};

const matcherFor = (wanted, check, wish) =>
  (check.words ? classMatcher(wanted) : valueMatcher(wanted, { ...check, ignoreCase: wish.ignoreCase }));

const checkList = (elements, wish, check) => {
  const received = elements.map(element => check.read(element, wish) ?? '');
  const matchers = wish.expected.map(wanted => matcherFor(wanted, check, wish));
  if (wish.matcher !== 'toContainText') {
    return { received, pass: received.length === matchers.length && matchers.every((matches, index) => matches(received[index])) };
  }
  let at = 0;
  const pass = matchers.every(matches => {
    while (at < received.length && !matches(received[at])) at++;
    return at++ < received.length;
  });
  return { received, pass };
};

const takesMany = wish => wish.matcher === 'toHaveCount' || (Array.isArray(wish.expected) && wish.matcher in TEXT_CHECKS);

const checkMany = (elements, wish) => {
  if (wish.matcher === 'toHaveCount') return { received: elements.length, pass: elements.length === wish.expected };
  return checkList(elements, wish, TEXT_CHECKS[wish.matcher]);
};

// What holds of an element that is not there: it is hidden, it is detached, it is out of view.
const checkAbsent = wish => {
  const wanted = wish.wanted !== undefined ? wish.wanted : true;
  if (wish.matcher === 'toBeVisible' || wish.matcher === 'toBeAttached') {
    const received = wish.matcher === 'toBeVisible' ? 'hidden' : 'detached';
    if (wanted === wish.not) return { pass: !wanted, received, missing: true };
  }
  if (wish.matcher === 'toBeInViewport' && wish.not) return { pass: false, received: 'viewport ratio 0', missing: true };
  return { pass: wish.not, received: null, missing: true };
};

const checkOne = async (element, wish) => {
  const { matcher } = wish;
  if (STATE_CHECKS[matcher]) {
    const received = STATE_CHECKS[matcher](element);
    if (matcher === 'toBeChecked' && wish.indeterminate) return { received, pass: received === 'indeterminate' };
    const has = ['visible', 'attached', 'enabled', 'editable', 'focused', 'empty', 'checked'].includes(received);
    return { received, pass: has === (wish.wanted ?? true) };
  }
  if (wish.styles) {
    const received = Object.fromEntries(Object.keys(wish.styles).map(name => [name, computed(element, name, wish.pseudo)]));
    return { received, pass: Object.entries(wish.styles).every(([name, value]) => received[name] === value) };
  }
  if (TEXT_CHECKS[matcher]) {
    const check = TEXT_CHECKS[matcher];
    const received = check.read(element, wish);
    if (matcher === 'toHaveAttribute' && wish.expected === undefined) return { received, pass: received !== null };
    if (received === null) return { received, pass: false };
    return { received, pass: matcherFor(wish.expected, check, wish)(received) };
  }
  switch (matcher) {
    case 'toBeInViewport': {
      const ratio = await viewportRatio(element);
      return { received: `viewport ratio ${ratio}`, pass: ratio > 0 && ratio > (wish.ratio ?? 0) - 1e-9 };
    }
    case 'toHaveValues': {
      const select = controlOf(element);
      if (tagOf(select) !== 'SELECT' || !select.multiple) throw new Refusal('Not a select element with a multiple attribute');
      const received = [...select.selectedOptions].map(option => option.value);
      const matchers = wish.expected.map(wanted => valueMatcher(wanted, {}));
      return { received, pass: received.length === matchers.length && matchers.every((matches, index) => matches(received[index])) };
    }
    case 'toHaveJSProperty': {
      const received = propertyOf(element, wish.name);
      return { received: serializer.encode(received), pass: sameValue(received, serializer.decode(wish.expected, [])) };
    }
    case 'toMatchAriaSnapshot': {
      const tree = ariaTree(element);
      return { received: ariaYaml(tree), pass: ariaHolds(tree, wish.expected) };
    }
    default: throw new Refusal(`unknown matcher "${matcher}"`);
  }
};

// What is asked of the document instead of an element.
const DOCUMENT_CHECKS = {
  toHaveTitle: { read: () => document.title, normalize: true },
  toHaveURL: { read: () => location.href },
};

const checkDocument = wish => {
  const check = DOCUMENT_CHECKS[wish.matcher];
  const received = check.read();
  return { received, pass: matcherFor(wish.expected, check, wish)(received) };
};
