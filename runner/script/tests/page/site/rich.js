function add(a, b) {
  return a + b;
}
window.loaded = add(40, 2);
