// The clock that pages see once a script took it over. Its text runs in the page, so it refers to
// nothing outside of itself.

/**
 * Installs the clock where it is missing, and catches up with `log`, the list of
 * `[what, when, parameter]`. A live document only lacks the last entry; a new one all of them, and
 * the time that passed meanwhile.
 */
export function installClock({ log, live }) {
  const global = globalThis;
  const KEY = Symbol.for('canary.clock');
  const clock = (global[KEY] ??= makeClock());
  return live ? clock.follow(log) : clock.catchUp(log);

  function makeClock() {
    const native = {
      Date: global.Date,
      setTimeout: global.setTimeout,
      clearTimeout: global.clearTimeout,
      setInterval: global.setInterval,
      clearInterval: global.clearInterval,
      requestAnimationFrame: global.requestAnimationFrame,
      cancelAnimationFrame: global.cancelAnimationFrame,
      requestIdleCallback: global.requestIdleCallback,
      cancelIdleCallback: global.cancelIdleCallback,
      DateTimeFormat: global.Intl.DateTimeFormat,
      performance: global.performance,
      now: global.performance.now.bind(global.performance),
    };
    const timers = new Map();
    let installed = false;
    let ids = 1_000_000_000_000;
    let order = 0;
    /** Milliseconds that went by on this clock since it was installed. */
    let ticks = 0;
    /** The wall clock's time at tick zero, unless it stands at `fixed`. */
    let origin = 0;
    let fixed;
    let running = false;
    /** The real time up to which ticks were counted while running. */
    let counted = 0;
    let alarm;
    /** How many entries of the log were followed, and when the last was written. */
    let done = 0;
    let last;

    const wall = () => Math.floor(fixed ?? origin + ticks);

    // ---- what the page calls instead ----

    function install(time) {
      if (installed) return;
      installed = true;
      origin = time;
      const define = (name, value) => {
        if (native[name]) global[name] = value;
      };
      define('setTimeout', (callback, delay, ...args) => add('timeout', callback, delay, args));
      define('setInterval', (callback, delay, ...args) => add('interval', callback, delay, args));
      define('requestAnimationFrame', (callback) => add('frame', callback, untilFrame(), []));
      define('requestIdleCallback', (callback, options) => add('idle', callback, idleDelay(options), []));
      for (const name of ['clearTimeout', 'clearInterval', 'cancelAnimationFrame', 'cancelIdleCallback']) {
        define(name, (id) => {
          timers.delete(Number(id));
          schedule();
        });
      }
      global.Date = makeDate();
      global.Intl.DateTimeFormat = makeFormat();
      try {
        const start = native.now();
        global.performance.now = () => {
          catchUpWithReality();
          return ticks + (live ? start : 0);
        };
      } catch {
        // A page that froze its performance object keeps the real one.
      }
    }

    function makeDate() {
      const { Date } = native;
      function FakeDate(...args) {
        catchUpWithReality();
        if (!new.target) return new Date(wall()).toString();
        return Reflect.construct(Date, args.length === 0 ? [wall()] : args, new.target);
      }
      Object.setPrototypeOf(FakeDate, Date);
      FakeDate.prototype = Date.prototype;
      FakeDate.prototype.constructor = FakeDate;
      FakeDate.now = () => {
        catchUpWithReality();
        return wall();
      };
      FakeDate.UTC = Date.UTC;
      FakeDate.parse = Date.parse;
      FakeDate.toString = () => Date.toString();
      Object.defineProperty(FakeDate, 'name', { value: 'Date' });
      Object.defineProperty(FakeDate, 'length', { value: 7 });
      return FakeDate;
    }

    function makeFormat() {
      const { DateTimeFormat } = native;
      function Format(...args) {
        const format = new DateTimeFormat(...args);
        const shown = (date) => date ?? global.Date.now();
        const { format: _format, ...own } = Object.getOwnPropertyDescriptors(format);
        return Object.defineProperties(Object.create(Format.prototype, own), {
          format: { value: (date) => format.format(shown(date)) },
          formatToParts: { value: (date) => format.formatToParts(shown(date)) },
          formatRange: { value: (from, to) => format.formatRange(from, to) },
          formatRangeToParts: { value: (from, to) => format.formatRangeToParts(from, to) },
          resolvedOptions: { value: () => format.resolvedOptions() },
        });
      }
      Format.prototype = Object.create(DateTimeFormat.prototype);
      Format.supportedLocalesOf = DateTimeFormat.supportedLocalesOf;
      return Format;
    }

    // ---- timers ----

    function add(kind, callback, delay, args) {
      catchUpWithReality();
      if (callback === undefined) throw new Error('Callback must be provided to timer calls');
      let wait = Number(delay);
      if (!Number.isFinite(wait) || wait > 2 ** 31 - 1) wait = 1;
      wait = Math.max(0, wait);
      const id = ids++;
      timers.set(id, { id, kind, callback, args, wait: kind === 'interval' ? Math.max(1, wait) : wait, at: ticks + wait, order: order++ });
      schedule();
      return id;
    }

    function untilFrame() {
      return 16 - (Math.floor(ticks) % 16);
    }

    function idleDelay(options) {
      const busy = timers.size > 0 ? 50 : 0;
      return options?.timeout === undefined ? busy : Math.min(options.timeout, busy);
    }

    function nextTimer(until) {
      let next;
      for (const timer of timers.values()) {
        if (timer.at > until) continue;
        if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
      }
      return next;
    }

    function call(timer) {
      if (timer.kind === 'interval') {
        timer.at += timer.wait;
        if (timer.at <= ticks) timer.at = ticks + timer.wait;
        timer.order = order++;
      } else {
        timers.delete(timer.id);
      }
      if (typeof timer.callback !== 'function') {
        (0, eval)(String(timer.callback));
        return;
      }
      if (timer.kind === 'frame') timer.callback(global.performance.now());
      else if (timer.kind === 'idle') timer.callback({ didTimeout: false, timeRemaining: () => 0 });
      else timer.callback.apply(global, timer.args);
    }

    /** Lets promises of a timer settle before the next one fires. */
    const breathe = () => new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(undefined);
    });

    /** Runs every timer up to a tick, in order. */
    async function runTo(until) {
      let problem;
      for (let timer = nextTimer(until); timer; timer = nextTimer(until)) {
        ticks = Math.max(ticks, timer.at);
        try {
          call(timer);
        } catch (error) {
          problem ??= { error };
        }
        await breathe();
      }
      ticks = Math.max(ticks, until);
      if (problem) throw problem.error;
    }

    /** Jumps; timers that were due fire once, late, as after a laptop slept. */
    async function jumpTo(until) {
      if (until < ticks) throw new Error('Cannot fast-forward to the past');
      for (const timer of timers.values()) if (timer.at < until) timer.at = until;
      ticks = until;
      await runTo(until);
    }

    // ---- real time ----

    function start() {
      running = true;
      counted = native.now();
      schedule();
    }

    function stop() {
      catchUpWithReality();
      running = false;
      native.clearTimeout.call(global, alarm);
    }

    function catchUpWithReality() {
      if (!running) return;
      const now = native.now();
      ticks += now - counted;
      counted = now;
    }

    function schedule() {
      if (!running) return;
      native.clearTimeout.call(global, alarm);
      const next = nextTimer(Infinity);
      if (next) alarm = native.setTimeout.call(global, ring, Math.max(0, Math.min(next.at - ticks, 2 ** 31 - 1)));
    }

    function ring() {
      catchUpWithReality();
      const until = ticks;
      const due = [...timers.values()].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at || a.order - b.order);
      for (const timer of due) {
        if (!timers.has(timer.id)) continue;
        try {
          call(timer);
        } catch (error) {
          native.setTimeout.call(global, () => {
            throw error;
          }, 0);
        }
      }
      schedule();
    }

    // ---- what scripts ask for ----

    async function apply([what, , parameter]) {
      catchUpWithReality();
      switch (what) {
        case 'install':
          install(parameter);
          fixed = undefined;
          origin = parameter - ticks;
          start();
          break;
        case 'fastForward':
          if (parameter < 0) throw new Error('Cannot fast-forward to the past');
          await held(() => jumpTo(ticks + parameter));
          break;
        case 'runFor':
          if (parameter < 0) throw new TypeError('Negative ticks are not supported');
          await held(() => runTo(ticks + parameter));
          break;
        case 'pauseAt':
          stop();
          fixed = undefined;
          if (parameter < wall()) throw new Error('Cannot fast-forward to the past');
          await jumpTo(ticks + (parameter - wall()));
          origin = parameter - ticks;
          break;
        case 'resume':
          start();
          break;
        case 'setFixedTime':
          fixed = parameter;
          break;
        case 'setSystemTime':
          fixed = undefined;
          origin = parameter - ticks;
          break;
      }
    }

    /** What an entry of the log means where nothing has to fire. */
    function move(what, parameter) {
      switch (what) {
        case 'install':
          install(parameter);
          fixed = undefined;
          origin = parameter - ticks;
          running = true;
          break;
        case 'fastForward':
        case 'runFor':
          ticks += parameter;
          break;
        case 'pauseAt':
          running = false;
          fixed = undefined;
          origin = parameter - ticks;
          break;
        case 'resume':
          running = true;
          break;
        case 'setFixedTime':
          fixed = parameter;
          break;
        case 'setSystemTime':
          fixed = undefined;
          origin = parameter - ticks;
          break;
      }
    }

    /** Real time stands still while the script moves the clock. */
    async function held(work) {
      const wasRunning = running;
      stop();
      try {
        await work();
      } finally {
        if (wasRunning) start();
      }
    }

    return {
      async follow(entries) {
        for (const entry of entries.slice(done)) {
          done++;
          await apply(entry);
        }
      },
      /** A new document has no timers yet, so that the log only moves its time. */
      catchUp(entries) {
        for (const [what, when, parameter] of entries.slice(done)) {
          if (running && last !== undefined) ticks += Math.max(0, when - last);
          last = when;
          move(what, parameter);
        }
        done = entries.length;
        // Ticks count from this document's beginning for `performance.now`, the wall clock goes on.
        origin += ticks;
        ticks = 0;
        if (running) {
          start();
          counted -= Math.max(0, native.Date.now() - last);
        }
      },
    };
  }
}
