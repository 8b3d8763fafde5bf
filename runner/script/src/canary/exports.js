// `import ... from 'canary'`: what monitors have beyond Playwright.

import native from 'canary:native';
import { report, settings } from '../playwright/native.js';

/** One-time codes. */
export const mfa = {
  /** Returns the code of six digits that holds now, for the secret of that name. */
  token(name) {
    return native.totp(String(name));
  },
};

/** Parameters of the operator. */
export const params = { ...settings.parameters };

/** Returns a secret of the operator by its name. */
export function secret(name) {
  if (!settings.secrets?.includes(name)) {
    throw new Error(`there is no secret "${name}"; give it with --secret ${name}=env:VARIABLE or =file:PATH`);
  }
  return settings.environment[name];
}

/** Saves a document of your own, of the kind `custom`, under a name that you choose. */
export function save(name, payload) {
  if (typeof name !== 'string' || name === '') throw new TypeError('save needs a name first');
  report({ type: 'custom', name, payload: payload ?? null });
}

export default { mfa, params, secret, save };
