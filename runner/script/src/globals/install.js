// Global names that scripts expect. What is large is loaded when it is first touched.

import { clearTimer, setTimer } from '../playwright/native.js';

globalThis.setTimeout = (callback, ms, ...args) => setTimer(() => callback(...args), ms);
globalThis.clearTimeout = clearTimer;
