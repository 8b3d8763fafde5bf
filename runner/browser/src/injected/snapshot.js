// The accessibility tree as people read it: a YAML list of roles, names, states and texts, and the
// comparison of a page with such a list.

const NAME_SHOWN = 900;
const CHECKED_ROLES = STATE_ROLES.checked;

const ariaNode = element => {
  if (tagOf(element) === 'IFRAME') return { role: 'iframe', name: '', children: [], props: {} };
  const role = roleOf(element);
  if (!role || role === 'presentation' || role === 'none') return null;
  const node = { role, name: normalizeSpace(nameOf(element)), children: [], props: {} };
  if (CHECKED_ROLES.has(role)) node.checked = checkedOf(element, true);
  if (STATE_ROLES.disabled.has(role)) node.disabled = isDisabled(element);
  if (STATE_ROLES.expanded.has(role)) node.expanded = expandedOf(element);
  if (STATE_ROLES.level.has(role)) node.level = levelOf(element);
  if (STATE_ROLES.pressed.has(role)) node.pressed = pressedOf(element);
  if (STATE_ROLES.selected.has(role)) node.selected = selectedOf(element);
  if (isValueField(element)) node.children.push(element.value);
  return node;
};

const isValueField = element => {
  const tag = tagOf(element);
  return tag === 'TEXTAREA' || (tag === 'INPUT' && !['checkbox', 'radio', 'file'].includes(element.type));
};

const wholeBox = element => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
};

const ariaTree = (root, boxes) => {
  const seen = new Set();
  const top = { role: 'fragment', name: '', children: [], props: {} };
  const visit = (parent, node) => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.nodeType === 3) {
      if (parent.role !== 'textbox' && node.nodeValue && !isUnslotted(node)) parent.children.push(node.nodeValue);
      return;
    }
    if (node.nodeType !== 1 || isHiddenForAria(node)) return;
    const own = ariaNode(node);
    if (own && boxes) own.box = wholeBox(node);
    if (own) parent.children.push(own);
    descend(own || parent, node);
  };
  const descend = (into, element) => {
    const apart = (styleOf(element).display || 'inline') !== 'inline' || tagOf(element) === 'BR' ? ' ' : '';
    into.children.push(apart, generatedText(element, '::before'));
    const assigned = tagOf(element) === 'SLOT' ? element.assignedNodes() : [];
    if (assigned.length) {
      for (const node of assigned) visit(into, node);
    } else {
      for (let child = element.firstChild; child; child = child.nextSibling) if (!child.assignedSlot) visit(into, child);
      if (element.shadowRoot) for (let child = element.shadowRoot.firstChild; child; child = child.nextSibling) visit(into, child);
    }
    for (const owned of idsOf(element, 'aria-owns')) visit(into, owned);
    into.children.push(generatedText(element, '::after'), apart);
    if (into.role === 'link' && element.hasAttribute('href')) into.props.url = element.getAttribute('href');
    if (into.role === 'textbox' && element.hasAttribute('placeholder') && element.getAttribute('placeholder') !== into.name) {
      into.props.placeholder = element.getAttribute('placeholder');
    }
  };
  visit(top, root);
  joinTexts(top);
  return top;
};

const joinTexts = node => {
  const children = [];
  let run = '';
  const end = () => {
    const text = normalizeSpace(run);
    if (text) children.push(text);
    run = '';
  };
  for (const child of node.children) {
    if (typeof child === 'string') {
      run += child;
      continue;
    }
    end();
    joinTexts(child);
    children.push(child);
  }
  end();
  node.children = children.length === 1 && children[0] === node.name ? [] : children;
};

const PLAIN_WORD = /^(?:y|n|yes|no|true|false|on|off|null)$/i;
const needsQuotes = text => text === '' || text.trim() !== text || /[\x00-\x1f\x7f-\x9f\n\r]/.test(text) || text.startsWith('-')
  || /[:](?:\s|$)/.test(text) || /\s#/.test(text) || /^[&*\].,?!>|@"'#%]/.test(text) || /[{}`[\]]/.test(text)
  || PLAIN_WORD.test(text) || !Number.isNaN(Number(text));
const yamlKey = text => (needsQuotes(text.replace(/[[\]]/g, '')) ? `'${text.replace(/'/g, "''")}'` : text);
const yamlValue = text => (needsQuotes(text) ? `"${text.replace(/[\\"\x00-\x1f\x7f-\x9f]/g, char => {
  const known = { '\\': '\\\\', '"': '\\"', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[char];
  return known || `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
})}"` : text);

const ariaHead = node => {
  let head = node.role;
  if (node.name && node.name.length <= NAME_SHOWN) head += ` ${JSON.stringify(node.name)}`;
  if (node.checked) head += node.checked === 'mixed' ? ' [checked=mixed]' : ' [checked]';
  if (node.disabled) head += ' [disabled]';
  if (node.expanded) head += ' [expanded]';
  if (node.level) head += ` [level=${node.level}]`;
  if (node.pressed) head += node.pressed === 'mixed' ? ' [pressed=mixed]' : ' [pressed]';
  if (node.selected) head += ' [selected]';
  if (node.box) head += ` [box=${node.box.x},${node.box.y},${node.box.width},${node.box.height}]`;
  return head;
};

const onlyText = node => (node.children.length === 1 && typeof node.children[0] === 'string' ? node.children[0] : undefined);

// Cuts off what is deeper; a text that is all there is in a node belongs to the node.
const cutAt = (node, depth) => {
  if (typeof node === 'string') return;
  if (depth < 0 && onlyText(node) === undefined) node.children = [];
  for (const child of node.children) cutAt(child, depth - 1);
};

// The same tree as an object for each node.
const ariaJson = node => {
  const { role, name, children, props, box } = node;
  const text = onlyText(node);
  const states = Object.fromEntries(ARIA_STATES.filter(state => node[state]).map(state => [state, node[state]]));
  return {
    role, ...(name && { name }), ...states, ...(box && { box }), ...props,
    ...(text !== undefined ? { text } : children.length && { children: children.map(child => (typeof child === 'string' ? child : ariaJson(child))) }),
  };
};

const ariaSnapshot = (element, { depth, boxes, json }) => {
  const top = ariaTree(element, boxes);
  if (typeof depth === 'number') for (const child of top.children) cutAt(child, depth - 1);
  if (!json) return ariaYaml(top);
  return top.children.map(child => (typeof child === 'string' ? { role: 'text', text: child } : ariaJson(child)));
};

const ariaYaml = top => {
  const lines = [];
  const write = (node, indent) => {
    if (typeof node === 'string') {
      lines.push(`${indent}- text: ${yamlValue(node)}`);
      return;
    }
    const head = `${indent}- ${yamlKey(ariaHead(node))}`;
    const props = Object.entries(node.props);
    if (!props.length && !node.children.length) {
      lines.push(head);
    } else if (!props.length && node.children.length === 1 && typeof node.children[0] === 'string') {
      lines.push(`${head}: ${yamlValue(node.children[0])}`);
    } else {
      lines.push(`${head}:`);
      for (const [name, value] of props) lines.push(`${indent}  - /${name}: ${yamlValue(value)}`);
      for (const child of node.children) write(child, `${indent}  `);
    }
  };
  for (const child of top.children) write(child, '');
  return lines.join('\n');
};

const ariaTextIs = (text, wanted) => {
  if (wanted === undefined || wanted === null) return true;
  if (typeof wanted === 'string') return !wanted || text === wanted;
  return !!text && new RegExp(wanted.pattern).test(text);
};

const ARIA_STATES = ['checked', 'disabled', 'expanded', 'level', 'pressed', 'selected'];

const ariaNodeIs = (node, wanted, deep) => {
  if (typeof node === 'string') return wanted.text !== undefined && ariaTextIs(node, wanted.text);
  if (wanted.text !== undefined) return false;
  if (wanted.role !== 'fragment' && wanted.role !== node.role) return false;
  if (ARIA_STATES.some(state => wanted[state] !== undefined && wanted[state] !== node[state])) return false;
  if (!ariaTextIs(node.name, wanted.name)) return false;
  for (const [name, value] of Object.entries(wanted.props || {})) if (!ariaTextIs(node.props[name], value)) return false;
  const children = wanted.children || [];
  const mode = wanted.container || (deep ? 'deep-equal' : 'contain');
  if (mode === 'contain') return ariaListHolds(node.children, children);
  return children.length === node.children.length
    && children.every((child, index) => ariaNodeIs(node.children[index], child, mode === 'deep-equal'));
};

const ariaListHolds = (nodes, wanted) => {
  let at = 0;
  return wanted.every(child => {
    while (at < nodes.length && !ariaNodeIs(nodes[at], child, false)) at++;
    return at++ < nodes.length;
  });
};

// A list may stand anywhere in the tree.
const ariaHolds = (node, wanted) => ariaNodeIs(node, wanted, false)
  || (typeof node !== 'string' && node.children.some(child => ariaHolds(child, wanted)));
