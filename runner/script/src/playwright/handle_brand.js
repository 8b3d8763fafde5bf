// Tells handles apart from other objects, without an import cycle between values and handles.

const handles = new WeakSet();

export function brand(handle) {
  handles.add(handle);
}

export function isHandle(value) {
  return typeof value === 'object' && value !== null && handles.has(value);
}
