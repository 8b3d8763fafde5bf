// Accessible names and descriptions: accname 1.2 with the text alternatives of HTML-AAM 1.0.
// Step numbers in comments are those of accname 1.2, section 4.3.2.

const NAMELESS = new Set(('caption code definition deletion emphasis generic insertion mark paragraph presentation strong '
  + 'subscript suggestion superscript term time').split(' '));
const NAMED_BY_CONTENT = new Set(('button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox '
  + 'menuitemradio option radio row rowheader switch tab tooltip treeitem').split(' '));
// Roles whose content counts only as a part of something else's name.
const CONTENT_AS_PART = new Set([null, ...('caption code contentinfo definition deletion emphasis insertion list listitem '
  + 'mark none paragraph presentation region row rowgroup section strong subscript superscript table term time').split(' ')]);
const RANGE_ROLES = new Set(['progressbar', 'scrollbar', 'slider', 'spinbutton', 'meter']);

const flat = text => text.split('\u00A0')
  .map(part => part.replace(/\r\n/g, '\n').replace(INVISIBLE, '').replace(/\s+/g, ' '))
  .join('\u00A0').trim();

const nameOf = (element, includeHidden = false) =>
  remember(remember(memory.names, includeHidden, () => new Map()), element, () => {
    if (NAMELESS.has(roleOf(element) || '')) return '';
    return flat(alternative(element, { includeHidden, seen: new Set(), target: 'self' }));
  });

const descriptionOf = (element, includeHidden = false) => {
  if (element.hasAttribute('aria-describedby')) {
    const parts = idsOf(element, 'aria-describedby').map(other =>
      alternative(other, { includeHidden, seen: new Set(), described: { hidden: isHiddenForAria(other) } }));
    return flat(parts.join(' '));
  }
  if (element.hasAttribute('aria-description')) return flat(element.getAttribute('aria-description') || '');
  const title = flat(element.getAttribute('title') || '');
  return title;
};

const errorMessageOf = element => {
  const invalid = (element.getAttribute('aria-invalid') || '').trim().toLowerCase();
  const declared = invalid !== '' && invalid !== 'false';
  const native = element.validity && element.validity.valid === false;
  if (!declared && !native) return '';
  const parts = idsOf(element, 'aria-errormessage').map(other =>
    flat(alternative(other, { seen: new Set(), described: { hidden: isHiddenForAria(other) } })));
  return parts.join(' ').trim();
};

// Context: `target` is 'self' for the element that was asked for and 'part' below it; `labelledby`,
// `described`, `label`, `native` say as part of which reference the element is visited.
const alternative = (element, context) => {
  if (context.seen.has(element)) return '';
  const asPart = { ...context, target: context.target === 'self' ? 'part' : context.target };
  if (!context.includeHidden) {
    const hiddenReference = [context.labelledby, context.described, context.label, context.native].some(by => by && by.hidden);
    if (NEVER_RENDERED.has(tagOf(element)) || (!hiddenReference && isHiddenForAria(element))) { // 2A
      context.seen.add(element);
      return '';
    }
  }
  const labels = element.hasAttribute('aria-labelledby') ? idsOf(element, 'aria-labelledby') : [];
  if (!context.labelledby && labels.length) { // 2B
    const name = labels.map(label => alternative(label, { ...context, labelledby: { element, hidden: isHiddenForAria(label) },
      target: undefined, described: undefined, label: undefined, native: undefined })).join(' ');
    if (name) return name;
  }
  const role = roleOf(element) || '';
  if (context.label || context.labelledby || context.target === 'part') { // 2C
    const own = [...(element.labels || [])].includes(context.label && context.label.element)
      || (context.labelledby && labels.includes(context.labelledby.element));
    const value = own ? undefined : embeddedValue(element, role, asPart);
    if (value !== undefined) {
      context.seen.add(element);
      return value;
    }
  }
  const label = element.getAttribute('aria-label') || '';
  if (label.trim() && !(context.labelledby && context.labelledby.element === element && context.target === 'part')) { // 2D
    context.seen.add(element);
    return label;
  }
  const presentational = role === 'none' || role === 'presentation';
  if (!presentational) { // 2E
    const given = nativeAlternative(element, asPart);
    if (given !== undefined) {
      context.seen.add(element);
      return given;
    }
  }
  const summary = tagOf(element) === 'SUMMARY' && !presentational;
  if (NAMED_BY_CONTENT.has(role) || (context.target === 'part' && CONTENT_AS_PART.has(roleOf(element))) || summary
    || context.labelledby || context.described || context.label || context.native) { // 2F
    context.seen.add(element);
    const content = contentAlternative(element, asPart);
    if (context.target === 'self' ? content.trim() : content) return content;
  }
  if (!presentational || tagOf(element) === 'IFRAME') { // 2I
    context.seen.add(element);
    const title = element.getAttribute('title') || '';
    if (title.trim()) return title;
  }
  context.seen.add(element);
  return '';
};

const embeddedValue = (element, role, context) => {
  const tag = tagOf(element);
  if (role === 'textbox' || role === 'searchbox') return tag === 'INPUT' || tag === 'TEXTAREA' ? element.value : element.textContent || '';
  if (role === 'combobox' || role === 'listbox') {
    let chosen;
    if (tag === 'SELECT') {
      chosen = [...element.selectedOptions];
      if (!chosen.length && element.options.length) chosen.push(element.options[0]);
    } else {
      const list = role === 'combobox' ? ownedOf(element).find(other => roleOf(other) === 'listbox') : element;
      chosen = list ? ownedOf(list).filter(other => roleOf(other) === 'option' && other.getAttribute('aria-selected') === 'true') : [];
    }
    if (!chosen.length && tag === 'INPUT') return element.value;
    return chosen.map(option => alternative(option, context)).join(' ');
  }
  if (RANGE_ROLES.has(role)) {
    for (const name of ['aria-valuetext', 'aria-valuenow']) if (element.hasAttribute(name)) return element.getAttribute(name) || '';
    return element.getAttribute('value') || '';
  }
  return role === 'menu' ? '' : undefined;
};

const ownedOf = element => {
  const owned = [...element.querySelectorAll('*')];
  for (const other of idsOf(element, 'aria-owns')) owned.push(other, ...other.querySelectorAll('*'));
  return owned;
};

const namedByLabels = (labels, context) => [...labels]
  .map(label => alternative(label, { ...context, label: { element: label, hidden: isHiddenForAria(label) },
    native: undefined, labelledby: undefined, described: undefined, target: undefined }))
  .filter(Boolean).join(' ');

const firstChildOf = (element, tag) => [...element.children].find(child => tagOf(child) === tag);

// Returns a string when the language itself gives the name (also an empty one that is final).
const nativeAlternative = (element, context) => {
  const tag = tagOf(element);
  const title = element.getAttribute('title') || '';
  const labels = context.labelledby || !element.labels ? [] : element.labels;
  const inside = child => alternative(child, { ...context, native: { element: child, hidden: isHiddenForAria(child) } });
  switch (tag) {
    case 'INPUT': return inputAlternative(element, title, labels, context);
    case 'TEXTAREA':
    case 'SELECT':
      if (labels.length) return namedByLabels(labels, context);
      return title || (tag === 'TEXTAREA' ? element.getAttribute('placeholder') || '' : '');
    case 'BUTTON':
    case 'METER':
    case 'PROGRESS':
      return labels.length ? namedByLabels(labels, context) : undefined;
    case 'OUTPUT': return labels.length ? namedByLabels(labels, context) : title;
    case 'FIELDSET':
    case 'FIGURE':
    case 'TABLE': {
      const caption = firstChildOf(element, { FIELDSET: 'LEGEND', FIGURE: 'FIGCAPTION', TABLE: 'CAPTION' }[tag]);
      if (caption) return inside(caption);
      return (tag === 'TABLE' && element.getAttribute('summary')) || title || (tag === 'TABLE' ? undefined : '');
    }
    case 'IMG':
    case 'AREA': {
      const alt = element.getAttribute('alt') || '';
      return alt.trim() ? alt : title;
    }
    default: return element.ownerSVGElement || tag === 'SVG' ? drawingAlternative(element, tag, inside) : undefined;
  }
};

const TYPED = ['text', 'password', 'search', 'tel', 'email', 'url', 'number'];

const inputAlternative = (input, title, labels, context) => {
  const { type } = input;
  if (['button', 'submit', 'reset'].includes(type)) {
    if (input.value.trim()) return input.value;
    if (type === 'submit') return 'Submit';
    return type === 'reset' ? 'Reset' : title;
  }
  if (labels.length) return namedByLabels(labels, context);
  if (type === 'file') return 'Choose File';
  if (type === 'image') {
    const alt = input.getAttribute('alt') || '';
    return alt.trim() ? alt : title.trim() ? title : 'Submit';
  }
  return title || (TYPED.includes(type) ? input.getAttribute('placeholder') || '' : '');
};

const drawingAlternative = (element, tag, inside) => {
  const caption = [...element.children].find(child => tagOf(child) === 'TITLE' && child.ownerSVGElement);
  if (caption) return inside(caption);
  if (tag !== 'A') return undefined;
  const title = element.getAttribute('xlink:title') || '';
  return title.trim() ? title : undefined;
};

const contentAlternative = (element, context) => {
  const tokens = [];
  const visit = (node, skipSlotted) => {
    if (skipSlotted && node.assignedSlot) return;
    if (isUnslotted(node)) return;
    if (node.nodeType === 1) {
      const { display } = styleOf(node);
      let token = alternative(node, context);
      // Blocks stand apart from their neighbours.
      if (display !== 'inline' || tagOf(node) === 'BR') token = ` ${token} `;
      tokens.push(token);
    } else if (node.nodeType === 3) tokens.push(node.textContent || '');
  };
  tokens.push(generatedText(element, '::before'));
  const replaced = generatedText(element);
  if (replaced !== undefined) {
    tokens.push(replaced);
  } else {
    const assigned = tagOf(element) === 'SLOT' ? element.assignedNodes() : [];
    if (assigned.length) {
      for (const node of assigned) visit(node, false);
    } else {
      for (let child = element.firstChild; child; child = child.nextSibling) visit(child, true);
      if (element.shadowRoot) for (let child = element.shadowRoot.firstChild; child; child = child.nextSibling) visit(child, true);
      for (const owned of idsOf(element, 'aria-owns')) visit(owned, true);
    }
  }
  tokens.push(generatedText(element, '::after'));
  return tokens.join('');
};

// Text that a style sheet puts in: `content` of the element itself or of a pseudo element.
const generatedText = (element, pseudo) => {
  const style = pseudo ? styleOf(element, pseudo) : styleOf(element);
  const none = pseudo ? '' : undefined;
  const { content } = style;
  // Chrome replaces a real element only by an image.
  if (!pseudo && !content.startsWith('url(')) return none;
  if (!content || content === 'none' || content === 'normal' || style.display === 'none' || style.visibility === 'hidden') return none;
  const [drawn, spoken] = splitAlternative(content);
  const pieces = quotedPieces(spoken ?? drawn);
  if (pieces === undefined) return none;
  const text = pieces.join('');
  return pseudo && (style.display || 'inline') !== 'inline' ? ` ${text} ` : text;
};

const splitAlternative = content => {
  const outside = content.replace(/"(?:\\.|[^"\\])*"/g, quoted => '_'.repeat(quoted.length));
  const slash = outside.indexOf('/');
  if (slash < 0 || outside.includes('url(')) {
    const after = outside.lastIndexOf(' / ');
    return after < 0 ? [content, undefined] : [content.slice(0, after), content.slice(after + 3)];
  }
  return [content.slice(0, slash), content.slice(slash + 1)];
};

const quotedPieces = content => {
  const pieces = content.match(/"(?:\\.|[^"\\])*"/g);
  if (!pieces) return undefined;
  return pieces.map(piece => piece.slice(1, -1).replace(/\\([0-9a-f]{1,6})\s?|\\(.)/gi,
    (_, code, char) => (code ? String.fromCodePoint(parseInt(code, 16)) : char)));
};
