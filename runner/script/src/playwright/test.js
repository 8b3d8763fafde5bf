// What `import ... from '@playwright/test'` gives.

import { declare } from './runner.js';

export const test = (title, body) => declare(title, body);
