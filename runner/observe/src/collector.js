// Runs in an isolated world of every top document, before the page's own scripts. It only listens and keeps;
// what it kept is read after the page has settled, or sent by itself when the document is left.
(() => {
  if (window.top !== window || globalThis.canaryObserve) return;
  const KEPT_AT_MOST = 4000;
  const kept = [];
  let dropped = 0;

  // A short path to an element that a person can find again.
  const path = (node) => {
    const parts = [];
    for (let at = node?.nodeType === 1 ? node : node?.parentElement; at && parts.length < 4; at = at.parentElement) {
      if (at.id) {
        parts.unshift('#' + at.id);
        break;
      }
      const name = at.localName;
      const first = at.classList[0];
      parts.unshift(first ? name + '.' + first : name);
      if (name === 'body') break;
    }
    return parts.join(' > ');
  };

  const common = (e) => ({ name: e.name, type: e.entryType, start: e.startTime, duration: e.duration });
  const transfer = (e) => ({
    ...common(e),
    initiator_type: e.initiatorType,
    next_hop_protocol: e.nextHopProtocol,
    transfer_size: e.transferSize,
    encoded_body_size: e.encodedBodySize,
    decoded_body_size: e.decodedBodySize,
    response_status: e.responseStatus,
    delivery_type: e.deliveryType || undefined,
    render_blocking_status: e.renderBlockingStatus,
    _request_start: e.requestStart,
    _response_start: e.responseStart,
    _response_end: e.responseEnd,
  });
  const shapes = {
    resource: transfer,
    paint: common,
    mark: common,
    measure: common,
    longtask: (e) => ({ ...common(e), identifier: e.attribution?.[0]?.containerSrc || undefined }),
    'long-animation-frame': (e) => {
      const worst = [...(e.scripts ?? [])].sort((a, b) => b.duration - a.duration)[0];
      return { ...common(e), url: worst?.sourceURL || undefined, _blocking: e.blockingDuration };
    },
    'largest-contentful-paint': (e) => ({
      ...common(e),
      size: e.size,
      render_time: e.renderTime,
      load_time: e.loadTime,
      element: e.element ? path(e.element) : undefined,
      url: e.url || undefined,
      identifier: e.id || undefined,
    }),
    'layout-shift': (e) => {
      const worst = [...e.sources].sort(
        (a, b) => b.currentRect.width * b.currentRect.height - a.currentRect.width * a.currentRect.height,
      )[0];
      return { ...common(e), value: e.value, element: worst?.node ? path(worst.node) : undefined, _input: e.hadRecentInput };
    },
    event: (e) =>
      e.interactionId
        ? {
            ...common(e),
            interaction_id: e.interactionId,
            processing_start: e.processingStart,
            processing_end: e.processingEnd,
            element: e.target ? path(e.target) : undefined,
          }
        : null,
    'first-input': (e) => ({
      ...common(e),
      interaction_id: e.interactionId,
      processing_start: e.processingStart,
      processing_end: e.processingEnd,
      element: e.target ? path(e.target) : undefined,
    }),
    element: (e) => ({ ...common(e), render_time: e.renderTime, load_time: e.loadTime, identifier: e.identifier, url: e.url }),
    'visibility-state': common,
  };

  const keep = (list) => {
    for (const entry of list) {
      const shaped = shapes[entry.entryType]?.(entry);
      if (!shaped) continue;
      if (kept.length < KEPT_AT_MOST) kept.push(shaped);
      else dropped += 1;
    }
  };
  const observers = [];
  for (const type of Object.keys(shapes)) {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) continue;
    const observer = new PerformanceObserver((list) => keep(list.getEntries()));
    observer.observe({ type, buffered: true, ...(type === 'event' ? { durationThreshold: 16 } : {}) });
    observers.push(observer);
  }

  const read = (leaving) => {
    for (const observer of observers) keep(observer.takeRecords());
    const navigation = performance.getEntriesByType('navigation')[0];
    return JSON.stringify({
      url: location.href,
      title: document.title,
      restored,
      leaving,
      dropped,
      navigation: navigation?.toJSON(),
      entries: kept.splice(0),
      heap_limit: performance.memory?.jsHeapSizeLimit,
    });
  };
  // Asked right after the load event, a page has often not been painted yet. What it shows first comes within
  // a frame or two, and what it paints largest with it; a page that shows nothing is not waited for any longer.
  const PAINTED_WITHIN = 500;
  const JUST_LOADED = 50;
  const painted = () => performance.getEntriesByName('first-contentful-paint', 'paint').length > 0;
  const justLoaded = () => {
    const loaded = performance.getEntriesByType('navigation')[0]?.loadEventEnd;
    return !loaded || performance.now() - loaded < JUST_LOADED;
  };
  const settled = () =>
    new Promise((done) => {
      if (painted() && !justLoaded()) return done();
      const giveUp = setTimeout(done, PAINTED_WITHIN);
      let frames = 0;
      const look = () => {
        frames += painted() ? 1 : 0;
        if (frames < 2) return requestAnimationFrame(look);
        clearTimeout(giveUp);
        done();
      };
      requestAnimationFrame(look);
    });
  let restored = false;
  globalThis.canaryObserve = read;
  globalThis.canarySettled = () => settled().then(() => read(false));
  addEventListener('pagehide', () => globalThis.canaryTell?.(read(true)), { capture: true });
  addEventListener('pageshow', (event) => (restored ||= event.persisted), { capture: true });
})();
