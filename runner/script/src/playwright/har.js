// Answers from a HAR file instead of the network.

import { ask } from './channel.js';
import { invalid, refuse } from './errors.js';
import { toBase64 } from './bytes.js';

/** Routes requests of `owner` that `options.url` means to the entries of a HAR file of the checkout. */
export async function routeFromHar(api, owner, path, options = {}) {
  refuse(api, options.update ? options : {}, ['update']);
  const { url = '**/*', notFound = 'abort' } = options;
  if (notFound !== 'abort' && notFound !== 'fallback') invalid(api, 'notFound: expected one of (abort|fallback)');
  const har = await ask(api, 'har.open', { path: String(path) });
  await owner.route(url, (route) => answer(api, har, route, notFound));
}

async function answer(api, har, route, notFound) {
  const request = route.request();
  const body = request.postDataBuffer();
  const found = await ask(api, 'har.find', {
    har,
    url: request.url(),
    method: request.method(),
    headers: await request.headersArray(),
    postData: body ? toBase64(body) : undefined,
    navigation: request.isNavigationRequest(),
  });
  if (found === null) {
    await (notFound === 'abort' ? route.abort() : route.fallback());
  } else if (found.redirect !== undefined) {
    // The browser has no way to answer a navigation with another address but to be sent there.
    await route._answer({ status: 302, headers: [{ name: 'location', value: found.redirect }], body: '' });
  } else {
    await route._answer(found);
  }
}
