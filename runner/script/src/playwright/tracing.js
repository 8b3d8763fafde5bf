// Traces, as far as a run has them: groups name steps, recordings are the runner's.

import { unsupported } from './errors.js';

const RECORDED_BY_RUNNER = 'the run keeps screenshots, DOM, console and HAR of a failure by itself';

export class Tracing {
  async start() {
    return unsupported('tracing.start', RECORDED_BY_RUNNER);
  }

  async startChunk() {
    return unsupported('tracing.startChunk', RECORDED_BY_RUNNER);
  }

  async stop() {
    return unsupported('tracing.stop', RECORDED_BY_RUNNER);
  }

  async stopChunk() {
    return unsupported('tracing.stopChunk', RECORDED_BY_RUNNER);
  }

  async startHar() {
    return unsupported('tracing.startHar', RECORDED_BY_RUNNER);
  }

  async stopHar() {
    return unsupported('tracing.stopHar', RECORDED_BY_RUNNER);
  }

  async group() {
    return unsupported('tracing.group', 'use test.step');
  }

  async groupEnd() {
    return unsupported('tracing.groupEnd', 'use test.step');
  }
}
