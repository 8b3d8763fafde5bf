// Where to press: bringing an element into view, choosing the point, making sure that the point
// belongs to the element, and guarding the real events that follow.

const rectsOf = element => {
  if (styleOf(element).display !== 'contents') return [...element.getClientRects()];
  const range = document.createRange();
  range.selectNodeContents(element);
  return [...range.getClientRects()];
};

const clip = rect => {
  const left = Math.max(0, Math.min(rect.left, innerWidth));
  const right = Math.max(0, Math.min(rect.right, innerWidth));
  const top = Math.max(0, Math.min(rect.top, innerHeight));
  const bottom = Math.max(0, Math.min(rect.bottom, innerHeight));
  return { x: (left + right) / 2, y: (top + bottom) / 2, area: (right - left) * (bottom - top) };
};

// A position counts from the corner of the padding.
const pointAt = (element, position) => {
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return { x: box.left + parseFloat(style.borderLeftWidth || 0) + position.x, y: box.top + parseFloat(style.borderTopWidth || 0) + position.y };
};

// { point } or { problem }.
const pointIn = (element, position) => {
  if (position) {
    const point = pointAt(element, position);
    const inside = point.x >= 0 && point.y >= 0 && point.x < innerWidth && point.y < innerHeight;
    return inside ? { point } : { problem: 'outside' };
  }
  const all = rectsOf(element);
  if (!all.length) return { problem: 'unseen' };
  const rects = all.filter(rect => rect.width * rect.height > 0);
  const first = rects.map(clip).find(({ area }) => area > 0.99) || rects.map(clip).find(({ area }) => area > 0);
  return first ? { point: { x: first.x, y: first.y } } : { problem: 'outside' };
};

// Later tries use other edges: a sticky header or footer may cover the first place.
const ALIGNMENTS = [
  { block: 'center', inline: 'nearest' }, { block: 'end', inline: 'end' },
  { block: 'center', inline: 'center' }, { block: 'start', inline: 'start' },
];

const CENTERED = 2;

const bringIntoView = (element, attempt) => {
  const alignment = ALIGNMENTS[attempt % ALIGNMENTS.length];
  if (element.getClientRects().length) {
    element.scrollIntoView({ ...alignment, behavior: 'instant' });
    return;
  }
  const [rect] = rectsOf(element);
  const child = element.querySelector('*');
  if (child && child.getClientRects().length) child.scrollIntoView({ ...alignment, behavior: 'instant' });
  else if (rect) scrollBy({ left: Math.min(rect.left, 0), top: rect.top - innerHeight / 2, behavior: 'instant' });
};

const rootsAbove = element => {
  const roots = [];
  for (let step = element; step; step = step.getRootNode().host) {
    const root = step.getRootNode();
    if (!root.elementFromPoint) break;
    roots.unshift(root);
  }
  return roots;
};

// The innermost element at the point, entering only the shadow roots that lead to the target.
const elementAt = (point, target) => {
  const roots = rootsAbove(target);
  let hit = null;
  for (let index = 0; index < roots.length; index++) {
    const stack = roots[index].elementsFromPoint(point.x, point.y);
    const single = roots[index].elementFromPoint(point.x, point.y);
    // An element with `display: contents` is missing from the stack.
    if (single && stack[0] && parentOf(single) === stack[0] && styleOf(single).display === 'contents') stack.unshift(single);
    const [top] = stack;
    if (!top) break;
    hit = top;
    if (index + 1 < roots.length && top !== roots[index + 1].host) break;
  }
  return hit;
};

// Returns null when the point belongs to the target, else says what is in the way.
const obstacleAt = (point, target) => {
  const above = [];
  let hit = elementAt(point, target);
  for (; hit && hit !== target; hit = renderedParentOf(hit)) above.push(hit);
  if (hit) return null;
  const shown = picture(above[0] || document.documentElement);
  for (let step = target; step; step = parentOf(step)) {
    const index = above.indexOf(step);
    if (index > 1) return `${shown} from ${picture(above[index - 1])} subtree`;
    if (index >= 0) break;
  }
  return shown;
};

// The styles of an element that turn or scale it, as one matrix; null where there are none.
const ownTransform = style => {
  const list = [];
  if (style.rotate && style.rotate !== 'none') {
    const words = style.rotate.split(' ');
    const angle = words.pop();
    const axis = words.length === 3 ? words.join(', ') : { x: '1, 0, 0', y: '0, 1, 0' }[words[0]] || '0, 0, 1';
    list.push(`rotate3d(${axis}, ${angle})`);
  }
  if (style.scale && style.scale !== 'none') list.push(`scale(${style.scale.split(' ').slice(0, 2).join(', ')})`);
  if (style.transform && style.transform !== 'none') list.push(style.transform);
  return list.length ? new DOMMatrix(list.join(' ')) : null;
};

// How the plane of an element lies in the window, without its place; null for as it was laid out.
const planeOf = element => {
  let plane = null;
  for (let step = element; step; step = renderedParentOf(step)) {
    const own = ownTransform(styleOf(step));
    if (own) plane = plane ? own.multiply(plane) : own;
    const outer = renderedParentOf(step);
    const keepsDepth = outer && styleOf(outer).transformStyle === 'preserve-3d';
    if (plane && !keepsDepth) plane = new DOMMatrix([plane.a, plane.b, plane.c, plane.d, 0, 0]);
  }
  return plane;
};

// A point in the content of a frame element, as the document around it has it. A frame that is scaled
// or turned shows its content so; its middle stays the middle of the box around it.
const throughBorder = (frame, point) => {
  const box = frame.getBoundingClientRect();
  const style = getComputedStyle(frame);
  const x = frame.clientLeft + parseFloat(style.paddingLeft || 0) + point.x;
  const y = frame.clientTop + parseFloat(style.paddingTop || 0) + point.y;
  const plane = planeOf(frame);
  if (plane && (plane.b || plane.c)) {
    const [right, down] = [x - frame.offsetWidth / 2, y - frame.offsetHeight / 2];
    return {
      x: box.x + box.width / 2 + plane.a * right + plane.c * down,
      y: box.y + box.height / 2 + plane.b * right + plane.d * down,
    };
  }
  const scale = (shown, laidOut) => (laidOut ? shown / laidOut : 1);
  return { x: box.x + x * scale(box.width, frame.offsetWidth), y: box.y + y * scale(box.height, frame.offsetHeight) };
};

const frameElementOf = view => {
  try {
    return view.frameElement;
  } catch {
    return null;
  }
};

// Follows a point of this document outward, as far as the documents around it are of this origin:
// `whole` says whether that is the page's own, `levels` how many were left. With `check`, the frame
// elements have to be hit.
const outward = (point, check) => {
  let view = window;
  let at = point;
  let levels = 0;
  while (view.parent !== view) {
    const frame = frameElementOf(view);
    if (!frame) return { point: at, whole: false, levels };
    at = throughBorder(frame, at);
    const obstacle = check ? obstacleAt(at, frame) : null;
    if (obstacle) return { point: at, whole: false, levels, obstacle };
    view = view.parent;
    levels++;
  }
  return { point: at, whole: true, levels };
};

const throughFrame = (point, frame, check) => {
  const at = throughBorder(frame, point);
  const obstacle = check ? obstacleAt(at, frame) : null;
  return obstacle ? { point: at, whole: false, levels: 0, obstacle } : outward(at, check);
};

const GUARDED = {
  mouse: ['mousedown', 'mouseup', 'pointerdown', 'pointerup', 'click', 'auxclick', 'dblclick', 'contextmenu'],
  hover: ['mousemove'],
  tap: ['pointerdown', 'pointerup', 'touchstart', 'touchend', 'touchcancel'],
};

const guards = new Map();
let guardCount = 0;

// Between looking and the real events the page may change. The first event is checked against the
// target, and if something else is there, all of them are kept from the page.
const guard = (kind, target, element, active) => {
  const id = ++guardCount;
  const types = active ? GUARDED[kind] : [];
  let obstacle;
  const listener = event => {
    if (!event.isTrusted) return;
    const at = event.changedTouches ? event.changedTouches[0] : event;
    if (obstacle === undefined && at) obstacle = obstacleAt({ x: at.clientX, y: at.clientY }, target);
    if (!obstacle) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const options = { capture: true, passive: false };
  for (const type of types) addEventListener(type, listener, options);
  guards.set(id, () => {
    for (const type of types) removeEventListener(type, listener, options);
    guards.delete(id);
    return { obstacle: obstacle || null, element };
  });
  return id;
};

// Whether moving the mouse with the button held becomes a drag of the page's own.
let drag = null;

const watchDrag = () => {
  const state = { moved: false, event: null };
  const move = () => { state.moved = true; };
  const start = event => { state.event = event; };
  const options = { capture: true };
  addEventListener('mousemove', move, options);
  addEventListener('dragstart', start, options);
  drag = { state, stop: () => {
    removeEventListener('mousemove', move, options);
    removeEventListener('dragstart', start, options);
  } };
};

// The page may still refuse the drag while its handlers run.
const dragBegan = async () => {
  if (!drag) return false;
  if (drag.state.moved) await new Promise(resolve => { setTimeout(resolve, 0); });
  drag.stop();
  const { event } = drag.state;
  drag = null;
  return !!event && !event.defaultPrevented;
};
