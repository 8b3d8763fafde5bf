// Coverage of scripts and styles, over a raw session of the page.

export class Coverage {
  #page;
  #javaScript;
  #css;

  constructor(page) {
    this.#page = page;
  }

  async startJSCoverage(options = {}) {
    const { resetOnNavigation = true, reportAnonymousScripts = false } = options;
    if (this.#javaScript) throw new Error('coverage.startJSCoverage: JSCoverage is already enabled');
    const session = await this.#page.context().newCDPSession(this.#page);
    const scripts = new Map();
    this.#javaScript = { session, scripts, reportAnonymousScripts };
    if (resetOnNavigation) session.on('Runtime.executionContextsCleared', () => scripts.clear());
    session.on('Debugger.scriptParsed', ({ scriptId, url }) => {
      if (url || reportAnonymousScripts) scripts.set(scriptId, url);
    });
    session.on('Debugger.paused', () => {
      session.send('Debugger.resume').catch(() => {});
    });
    await session.send('Profiler.enable');
    await session.send('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    await session.send('Debugger.enable');
    await session.send('Debugger.setSkipAllPauses', { skip: true });
    await session.send('Runtime.enable');
  }

  async stopJSCoverage() {
    const running = this.#javaScript;
    if (!running) throw new Error('coverage.stopJSCoverage: JSCoverage is not enabled');
    this.#javaScript = undefined;
    const { session, scripts } = running;
    const { result } = await session.send('Profiler.takePreciseCoverage');
    const entries = [];
    for (const entry of result) {
      if (!scripts.has(entry.scriptId)) continue;
      const source = await session.send('Debugger.getScriptSource', { scriptId: entry.scriptId }).then(
        ({ scriptSource }) => scriptSource,
        () => undefined,
      );
      entries.push({ ...entry, ...(source === undefined ? {} : { source }) });
    }
    await session.detach();
    return entries;
  }

  async startCSSCoverage(options = {}) {
    const { resetOnNavigation = true } = options;
    if (this.#css) throw new Error('coverage.startCSSCoverage: CSSCoverage is already enabled');
    const session = await this.#page.context().newCDPSession(this.#page);
    const sheets = new Map();
    this.#css = { session, sheets };
    if (resetOnNavigation) session.on('Runtime.executionContextsCleared', () => sheets.clear());
    session.on('CSS.styleSheetAdded', ({ header }) => {
      if (header.sourceURL) sheets.set(header.styleSheetId, header.sourceURL);
    });
    await session.send('DOM.enable');
    await session.send('CSS.enable');
    await session.send('CSS.startRuleUsageTracking');
    await session.send('Runtime.enable');
  }

  async stopCSSCoverage() {
    const running = this.#css;
    if (!running) throw new Error('coverage.stopCSSCoverage: CSSCoverage is not enabled');
    this.#css = undefined;
    const { session, sheets } = running;
    const { ruleUsage } = await session.send('CSS.stopRuleUsageTracking');
    const entries = [];
    for (const [styleSheetId, url] of sheets) {
      const text = await session.send('CSS.getStyleSheetText', { styleSheetId }).then(
        (answer) => answer.text,
        () => '',
      );
      const used = ruleUsage.filter((rule) => rule.styleSheetId === styleSheetId && rule.used);
      entries.push({ url, text, ranges: joined(used.map(({ startOffset, endOffset }) => ({ start: startOffset, end: endOffset }))) });
    }
    await session.detach();
    return entries;
  }
}

/** Joins ranges that overlap or touch. */
function joined(ranges) {
  const result = [];
  for (const range of ranges.sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else result.push({ ...range });
  }
  return result;
}
