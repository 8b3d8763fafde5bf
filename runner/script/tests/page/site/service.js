self.oninstall = () => self.skipWaiting();
self.onactivate = (event) => event.waitUntil(self.clients.claim());
self.onfetch = (event) => {
  if (event.request.url.endsWith('/from-the-worker')) event.respondWith(new Response('made by the worker'));
};
