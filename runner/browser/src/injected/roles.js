// Roles and states of elements: WAI-ARIA 1.2, with the implicit roles of HTML-AAM 1.0.

const ROLES = new Set(('alert alertdialog application article banner blockquote button caption cell checkbox code '
  + 'columnheader combobox complementary contentinfo definition deletion dialog directory document emphasis feed figure '
  + 'form generic grid gridcell group heading img insertion link list listbox listitem log main mark marquee math meter '
  + 'menu menubar menuitem menuitemcheckbox menuitemradio navigation none note option paragraph presentation progressbar '
  + 'radio radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong '
  + 'subscript superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree treegrid '
  + 'treeitem').split(' '));

// States and properties that any element may carry (WAI-ARIA 1.2, section 6.4), with the roles for
// which the attribute is forbidden.
const NO_NAME = 'caption code deletion emphasis generic insertion paragraph presentation strong subscript superscript'.split(' ');
const GLOBAL_ATTRIBUTES = [
  ['aria-atomic'], ['aria-busy'], ['aria-controls'], ['aria-current'], ['aria-describedby'], ['aria-details'],
  ['aria-dropeffect'], ['aria-flowto'], ['aria-grabbed'], ['aria-hidden'], ['aria-keyshortcuts'],
  ['aria-label', NO_NAME], ['aria-labelledby', NO_NAME], ['aria-live'], ['aria-owns'], ['aria-relevant'],
  ['aria-roledescription', ['generic']],
];

const hasGlobalAttribute = (element, role) =>
  GLOBAL_ATTRIBUTES.some(([name, barred]) => !(barred || []).includes(role || '') && element.hasAttribute(name));

const isDisabledByMarkup = element => {
  const tag = tagOf(element);
  if (!['BUTTON', 'INPUT', 'SELECT', 'TEXTAREA', 'OPTION', 'OPTGROUP'].includes(tag)) return false;
  if (element.hasAttribute('disabled')) return true;
  if (tag === 'OPTION' && element.closest('optgroup[disabled]')) return true;
  for (let fieldset = element.closest('fieldset[disabled]'); fieldset; fieldset = fieldset.parentElement && fieldset.parentElement.closest('fieldset[disabled]')) {
    const legend = [...fieldset.children].find(child => tagOf(child) === 'LEGEND');
    if (!legend || !legend.contains(element)) return true;
  }
  return false;
};

const isFocusable = element => {
  const tag = tagOf(element);
  if (isDisabledByMarkup(element)) return false;
  if (['BUTTON', 'DETAILS', 'SELECT', 'TEXTAREA'].includes(tag)) return true;
  if (tag === 'A' || tag === 'AREA') return element.hasAttribute('href');
  if (tag === 'INPUT') return !element.hidden;
  return !Number.isNaN(Number(element.getAttribute('tabindex') ?? NaN)) || element.isContentEditable && element.hasAttribute('contenteditable');
};

const LANDMARK_BARRIER = 'article:not([role]), aside:not([role]), main:not([role]), nav:not([role]), section:not([role]), '
  + '[role=article], [role=complementary], [role=main], [role=navigation], [role=region]';
const inLandmark = element => {
  const parent = parentOf(element);
  return !!parent && !!closestOf(parent, LANDMARK_BARRIER);
};

const isNamed = element => element.hasAttribute('aria-label') || element.hasAttribute('aria-labelledby');

const INPUT_ROLES = { button: 'button', checkbox: 'checkbox', file: 'button', image: 'button', number: 'spinbutton',
  radio: 'radio', range: 'slider', reset: 'button', submit: 'button' };

const inputRole = input => {
  const type = input.type.toLowerCase();
  if (type === 'hidden') return null;
  if (['email', 'search', 'tel', 'text', 'url', ''].includes(type)) {
    const list = idsOf(input, 'list')[0];
    if (list && tagOf(list) === 'DATALIST') return 'combobox';
    return type === 'search' ? 'searchbox' : 'textbox';
  }
  return INPUT_ROLES[type] || 'textbox';
};

const isTag = (element, tag) => !!element && tagOf(element) === tag;

const headerCellRole = cell => {
  const scope = (cell.getAttribute('scope') || '').toLowerCase();
  if (scope === 'col' || scope === 'colgroup') return 'columnheader';
  if (scope === 'row' || scope === 'rowgroup') return 'rowheader';
  const next = cell.nextElementSibling;
  const previous = cell.previousElementSibling;
  if (!next && !previous) {
    const table = isTag(cell.parentElement, 'TR') ? cell.closest('table') : null;
    return table && table.rows.length <= 1 ? null : 'columnheader';
  }
  if (isTag(next, 'TH') && isTag(previous, 'TH')) return 'columnheader';
  const holdsData = sibling => isTag(sibling, 'TD') && !!(sibling.textContent || '').trim();
  return holdsData(next) || holdsData(previous) ? 'rowheader' : 'columnheader';
};

const dataCellRole = cell => {
  const table = cell.closest('table');
  const role = table ? explicitRole(table) : '';
  return role === 'grid' || role === 'treegrid' ? 'gridcell' : 'cell';
};

const always = role => () => role;
const TAG_ROLES = {
  A: element => (element.hasAttribute('href') ? 'link' : null),
  AREA: element => (element.hasAttribute('href') ? 'link' : null),
  FOOTER: element => (inLandmark(element) ? null : 'contentinfo'),
  HEADER: element => (inLandmark(element) ? null : 'banner'),
  FORM: element => (isNamed(element) ? 'form' : null),
  SECTION: element => (isNamed(element) ? 'region' : null),
  IMG: element => (element.getAttribute('alt') === '' && !element.getAttribute('title') && !hasGlobalAttribute(element)
    && Number.isNaN(Number(element.getAttribute('tabindex') ?? NaN)) ? 'presentation' : 'img'),
  INPUT: inputRole,
  SELECT: element => (element.hasAttribute('multiple') || element.size > 1 ? 'listbox' : 'combobox'),
  TD: dataCellRole,
  TH: headerCellRole,
};
for (const [role, tags] of Object.entries({
  article: 'ARTICLE', complementary: 'ASIDE', blockquote: 'BLOCKQUOTE', button: 'BUTTON', caption: 'CAPTION', code: 'CODE',
  listbox: 'DATALIST', definition: 'DD', deletion: 'DEL', group: 'DETAILS FIELDSET OPTGROUP', term: 'DFN DT',
  dialog: 'DIALOG', emphasis: 'EM', figure: 'FIGURE', heading: 'H1 H2 H3 H4 H5 H6', separator: 'HR', document: 'HTML',
  insertion: 'INS', listitem: 'LI', main: 'MAIN', mark: 'MARK', math: 'MATH', list: 'MENU OL UL', meter: 'METER',
  navigation: 'NAV', option: 'OPTION', status: 'OUTPUT', paragraph: 'P', progressbar: 'PROGRESS', search: 'SEARCH',
  strong: 'STRONG', subscript: 'SUB', superscript: 'SUP', img: 'SVG', table: 'TABLE', rowgroup: 'TBODY TFOOT THEAD',
  textbox: 'TEXTAREA', time: 'TIME', row: 'TR',
})) for (const tag of tags.split(' ')) TAG_ROLES[tag] = always(role);

// A parent that is presentational makes these children so as well (WAI-ARIA 1.2, section 7.1).
const REQUIRED_PARENTS = {
  DD: ['DL', 'DIV'], DIV: ['DL'], DT: ['DL', 'DIV'], LI: ['OL', 'UL'], TBODY: ['TABLE'], TD: ['TR'], TFOOT: ['TABLE'],
  TH: ['TR'], THEAD: ['TABLE'], TR: ['THEAD', 'TBODY', 'TFOOT', 'TABLE'],
};

const implicitRole = element => {
  const role = TAG_ROLES[tagOf(element)]?.(element) || null;
  if (!role) return null;
  let step = element;
  for (;;) {
    const parent = parentOf(step);
    const wanted = REQUIRED_PARENTS[tagOf(step)];
    if (!parent || !wanted || !wanted.includes(tagOf(parent))) return role;
    const given = explicitRole(parent);
    if ((given === 'none' || given === 'presentation') && !keepsRole(parent, given)) return given;
    step = parent;
  }
};

const explicitRole = element =>
  (element.getAttribute('role') || '').split(' ').map(role => role.trim()).find(role => ROLES.has(role)) || null;

// A presentational role gives way when the element can be focused or is described globally.
const keepsRole = (element, role) => hasGlobalAttribute(element, role) || isFocusable(element);

const roleOf = element => remember(memory.roles, element, () => {
  const role = explicitRole(element);
  if (!role) return implicitRole(element);
  if ((role === 'none' || role === 'presentation') && keepsRole(element, implicitRole(element))) return implicitRole(element);
  return role;
});

const NEVER_RENDERED = new Set(['STYLE', 'SCRIPT', 'NOSCRIPT', 'TEMPLATE']);

// Whether assistive technology does not see the element (WAI-ARIA 1.2, section 7.1).
const isHiddenForAria = element => {
  const tag = tagOf(element);
  if (NEVER_RENDERED.has(tag)) return true;
  const { display } = styleOf(element);
  if (display === 'contents' && tag !== 'SLOT') {
    for (let child = element.firstChild; child; child = child.nextSibling) {
      if (child.nodeType === 1 ? !isHiddenForAria(child) : child.nodeType === 3 && textNodeVisible(child)) return false;
    }
    return true;
  }
  const optionOfSelect = tag === 'OPTION' && !!element.closest('select');
  if (!optionOfSelect && tag !== 'SLOT' && !styleShows(element)) return true;
  return isCutOff(element);
};

const isCutOff = element => remember(memory.hidden, element, () => {
  if (isUnslotted(element)) return true;
  if (element.getAttribute('aria-hidden') === 'true' || styleOf(element).display === 'none') return true;
  const parent = parentOf(element);
  return !!parent && isCutOff(parent);
});

const STATE_ROLES = {
  checked: 'checkbox menuitemcheckbox option radio switch menuitemradio treeitem',
  disabled: 'application button composite gridcell group input link menuitem scrollbar separator tab checkbox columnheader '
    + 'combobox grid listbox menu menubar menuitemcheckbox menuitemradio option radio radiogroup row rowheader searchbox '
    + 'select slider spinbutton switch tablist textbox toolbar tree treegrid treeitem',
  expanded: 'application button checkbox combobox gridcell link listbox menuitem row rowheader tab treeitem columnheader '
    + 'menuitemcheckbox menuitemradio switch',
  level: 'heading listitem row treeitem',
  pressed: 'button',
  readonly: 'checkbox combobox grid gridcell listbox radiogroup slider spinbutton textbox columnheader rowheader searchbox '
    + 'switch treegrid',
  selected: 'gridcell option row tab rowheader columnheader treeitem',
};
for (const name of Object.keys(STATE_ROLES)) STATE_ROLES[name] = new Set(STATE_ROLES[name].split(' '));
const takes = (element, state) => STATE_ROLES[state].has(roleOf(element) || '');

const isDisabled = element => isDisabledByMarkup(element) || isDisabledByAria(element, false);

const isDisabledByAria = (element, inherited) => {
  if (!element) return false;
  if (inherited || takes(element, 'disabled')) {
    const value = (element.getAttribute('aria-disabled') || '').toLowerCase();
    if (value === 'true') return true;
    if (value === 'false') return false;
    return isDisabledByAria(parentOf(element), true);
  }
  return false;
};

// true, false, 'mixed', or undefined where the element has no such state.
const checkedOf = (element, allowMixed) => {
  const tag = tagOf(element);
  if (allowMixed && tag === 'INPUT' && element.indeterminate) return 'mixed';
  if (tag === 'INPUT' && ['checkbox', 'radio'].includes(element.type)) return element.checked;
  if (!takes(element, 'checked')) return undefined;
  const value = element.getAttribute('aria-checked');
  return allowMixed && value === 'mixed' ? 'mixed' : value === 'true';
};

// true, false, or undefined where the element cannot be edited at all.
const readonlyOf = element => {
  const tag = tagOf(element);
  if (['INPUT', 'TEXTAREA', 'SELECT'].includes(tag)) return element.hasAttribute('readonly');
  if (takes(element, 'readonly')) return element.getAttribute('aria-readonly') === 'true';
  return element.isContentEditable ? false : undefined;
};

const selectedOf = element => {
  if (tagOf(element) === 'OPTION') return element.selected;
  return takes(element, 'selected') && element.getAttribute('aria-selected') === 'true';
};

const pressedOf = element => {
  const value = takes(element, 'pressed') ? element.getAttribute('aria-pressed') : null;
  return value === 'mixed' ? 'mixed' : value === 'true';
};

const expandedOf = element => {
  if (tagOf(element) === 'DETAILS') return element.open;
  const value = takes(element, 'expanded') ? element.getAttribute('aria-expanded') : null;
  return value === null ? undefined : value === 'true';
};

const levelOf = element => {
  const native = /^H([1-6])$/.exec(tagOf(element));
  if (native) return Number(native[1]);
  const value = takes(element, 'level') ? Number(element.getAttribute('aria-level') ?? NaN) : NaN;
  return Number.isInteger(value) && value >= 1 ? value : 0;
};

const roleStateMatches = (element, wanted) =>
  (wanted.selected === undefined || selectedOf(element) === wanted.selected)
  && (wanted.checked === undefined || (checkedOf(element, true) ?? false) === wanted.checked)
  && (wanted.pressed === undefined || pressedOf(element) === wanted.pressed)
  && (wanted.expanded === undefined || (expandedOf(element) ?? null) === wanted.expanded)
  && (wanted.level === undefined || levelOf(element) === wanted.level)
  && (wanted.disabled === undefined || isDisabled(element) === wanted.disabled);

const stringMatcher = ({ source, flags, op, text, anyCase }) => {
  if (source !== undefined) {
    const regex = expression({ source, flags });
    return value => {
      regex.lastIndex = 0;
      return regex.test(value);
    };
  }
  const fold = value => (anyCase ? value.toLowerCase() : value);
  const wanted = fold(normalizeSpace(text));
  switch (op) {
    case '*=': return value => fold(value).includes(wanted);
    case '^=': return value => fold(value).startsWith(wanted);
    case '$=': return value => fold(value).endsWith(wanted);
    case '|=': return value => fold(value) === wanted || fold(value).startsWith(`${wanted}-`);
    case '~=': return value => fold(value).split(/\s+/).includes(wanted);
    default: return value => fold(value) === wanted;
  }
};

const roleQuery = (root, wanted) => {
  const named = wanted.name && stringMatcher(wanted.name);
  const described = wanted.description && stringMatcher(wanted.description);
  const hidden = !!wanted.includeHidden;
  return selectAll(root, '*').filter(element => roleOf(element) === wanted.role
    && roleStateMatches(element, wanted)
    && (hidden || !isHiddenForAria(element))
    && (!named || named(normalizeSpace(nameOf(element, hidden))))
    && (!described || described(normalizeSpace(descriptionOf(element, hidden)))));
};
