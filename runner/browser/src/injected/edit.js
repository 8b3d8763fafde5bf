// Changing elements without the mouse: focus, selection, values, options, files, events.

const focusOn = (element, fromStart) => {
  const focused = element.getRootNode().activeElement;
  const already = focused === element && element.ownerDocument.hasFocus();
  if (element.isContentEditable && !already && focused && focused.blur) focused.blur();
  element.focus();
  if (fromStart && !already && tagOf(element) === 'INPUT') {
    try {
      element.setSelectionRange(0, 0);
    } catch {
      // Numbers, dates and the like have no selection.
    }
  }
};

const selectAllIn = element => {
  const tag = tagOf(element);
  if (tag === 'INPUT') {
    element.select();
    element.focus();
  } else if (tag === 'TEXTAREA') {
    element.selectionStart = 0;
    element.selectionEnd = element.value.length;
    element.focus();
  } else {
    const range = element.ownerDocument.createRange();
    range.selectNodeContents(element);
    const selection = element.ownerDocument.defaultView.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    element.focus();
  }
};

const announce = (element, ...types) => {
  for (const type of types) element.dispatchEvent(new Event(type, { bubbles: true, composed: type === 'input' }));
};

const SET_TYPES = new Set(['color', 'date', 'time', 'datetime-local', 'month', 'range', 'week']);
const TYPED_TYPES = new Set(['', 'email', 'number', 'password', 'search', 'tel', 'text', 'url']);

// Either sets the value, or selects what is there and leaves the typing to real input:
// `{ insert }` names the text still to be put in.
const fill = (element, text) => {
  const target = controlOf(element);
  const tag = tagOf(target);
  let value = text;
  if (tag === 'INPUT') {
    const type = target.type.toLowerCase();
    if (!SET_TYPES.has(type) && !TYPED_TYPES.has(type)) throw new Refusal(`Input of type "${type}" cannot be filled`);
    if (type === 'number') {
      value = value.trim();
      if (Number.isNaN(Number(value))) throw new Refusal('Cannot type text into input[type=number]');
    }
    if (type === 'color') value = value.toLowerCase();
    if (SET_TYPES.has(type)) {
      value = value.trim();
      target.focus();
      target.value = value;
      announce(target, 'input', 'change');
      return {};
    }
  } else if (tag !== 'TEXTAREA' && !target.isContentEditable) {
    throw new Refusal('Element is not an <input>, <textarea> or [contenteditable] element');
  }
  selectAllIn(target);
  return { insert: value };
};

const selectText = element => {
  const target = controlOf(element);
  selectAllIn(target);
};

const optionIs = (option, index, wanted, handles) => {
  if (wanted.element !== undefined) return handles[wanted.element] === option;
  if (wanted.valueOrLabel !== undefined) return option.value === wanted.valueOrLabel || option.label === wanted.valueOrLabel;
  return (wanted.value === undefined || option.value === wanted.value)
    && (wanted.label === undefined || option.label === wanted.label)
    && (wanted.index === undefined || index === wanted.index);
};

// { values } or { missing } with what is still waited for.
const selectOptions = (element, options, handles, force) => {
  const select = controlOf(element);
  if (tagOf(select) !== 'SELECT') throw new Refusal('Element is not a <select> element');
  const left = [...options];
  const chosen = [];
  for (const [index, option] of [...select.options].entries()) {
    const match = left.findIndex(wanted => optionIs(option, index, wanted, handles));
    if (match < 0) continue;
    if (!force && isDisabled(option)) return { missing: 'option being selected is not enabled' };
    chosen.push(option);
    if (!select.multiple) {
      left.length = 0;
      break;
    }
    // One wanted entry may mean several options: it stays until something matched it.
    left.splice(match, 1);
  }
  if (left.length) return { missing: 'did not find some options' };
  select.focus();
  for (const option of select.options) if (select.multiple || !chosen.length) option.selected = false;
  if (!chosen.length && !select.multiple) select.value = undefined;
  for (const option of chosen) option.selected = true;
  announce(select, 'input', 'change');
  return { values: chosen.map(option => option.value) };
};

const fileInputOf = (element, count, folder) => {
  const target = controlOf(element);
  if (tagOf(target) !== 'INPUT' || target.type !== 'file') throw new Refusal('Node is not an HTMLInputElement');
  if (count > 1 && !target.multiple && !target.webkitdirectory) throw new Refusal('Non-multiple file input can only accept single file');
  if (folder && !target.webkitdirectory) throw new Refusal('File input does not support directories, pass individual files instead');
  if (!folder && count && target.webkitdirectory) throw new Refusal('[webkitdirectory] input requires passing a path to a directory');
  return target;
};

const bytesOf = base64 => Uint8Array.from(atob(base64), char => char.charCodeAt(0));

const filesOf = files => {
  const transfer = new DataTransfer();
  for (const { name, mimeType, buffer, lastModified } of files) {
    transfer.items.add(new File([bytesOf(buffer)], name, { type: mimeType, lastModified: lastModified ?? Date.now() }));
  }
  return transfer;
};

const putFiles = (element, files) => {
  const target = fileInputOf(element, files.length, false);
  target.files = filesOf(files).files;
  announce(target, 'input', 'change');
};

const EVENT_TYPES = {
  MouseEvent: 'auxclick click dblclick mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup mousewheel',
  KeyboardEvent: 'keydown keyup keypress textInput',
  TouchEvent: 'touchstart touchmove touchend touchcancel',
  PointerEvent: 'pointerover pointerout pointerenter pointerleave pointerdown pointerup pointermove pointercancel '
    + 'gotpointercapture lostpointercapture',
  FocusEvent: 'focus blur focusin focusout',
  DragEvent: 'drag dragstart dragend dragover dragenter dragleave dragexit drop',
  WheelEvent: 'wheel',
  DeviceOrientationEvent: 'deviceorientation deviceorientationabsolute',
  DeviceMotionEvent: 'devicemotion',
};
const CONSTRUCTOR_OF = new Map(Object.entries(EVENT_TYPES).flatMap(([name, types]) => types.split(' ').map(type => [type, name])));

const dispatch = (element, type, init) => {
  const given = { bubbles: true, cancelable: true, composed: true, ...init };
  const name = CONSTRUCTOR_OF.get(type) || 'Event';
  if (name === 'TouchEvent') {
    for (const list of ['touches', 'targetTouches', 'changedTouches']) {
      if (given[list]) given[list] = given[list].map(touch => (touch instanceof Touch ? touch : new Touch({ target: element, ...touch })));
    }
  }
  element.dispatchEvent(new (globalThis[name] || Event)(type, given));
};

// A drop of files or data that came from nowhere, as from the desktop.
const drop = (element, { files, data, position }) => {
  const dataTransfer = filesOf(files || []);
  for (const [type, value] of Object.entries(data || {})) dataTransfer.setData(type, value);
  const { left, top, width, height } = element.getBoundingClientRect();
  const { x, y } = position ? pointAt(element, position) : { x: left + width / 2, y: top + height / 2 };
  const send = type => element.dispatchEvent(new DragEvent(type, {
    bubbles: true, cancelable: true, composed: true, dataTransfer, clientX: x, clientY: y,
  }));
  send('dragenter');
  if (send('dragover')) {
    send('dragleave');
    throw new Refusal('Drop target did not accept the drop: its dragover handler did not call preventDefault()');
  }
  send('drop');
};

let highlightHost = null;
const hideHighlight = () => {
  if (highlightHost) highlightHost.remove();
  highlightHost = null;
};

const highlight = (elements, style) => {
  hideHighlight();
  highlightHost = document.createElement('canary-highlight');
  highlightHost.style.cssText = 'position:fixed;inset:0;pointer-events:none;z-index:2147483647';
  const shadow = highlightHost.attachShadow({ mode: 'closed' });
  for (const element of elements) {
    const { left, top, width, height } = element.getBoundingClientRect();
    const box = document.createElement('div');
    box.style.cssText = `position:absolute;left:${left}px;top:${top}px;width:${width}px;height:${height}px;`
      + `background:#6fa8dc7f;outline:1px solid #2f6fb0;${style}`;
    shadow.append(box);
  }
  document.documentElement.append(highlightHost);
};
