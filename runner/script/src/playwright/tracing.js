// Traces, as far as a run has them: groups name steps, recordings are the runner's.

import { unsupported } from './errors.js';


export class Tracing {
  async start() {
    return unsupported('tracing.start', 'the run keeps what a failure needs by itself');
  }

  async startChunk() {
    return unsupported('tracing.startChunk', 'the run keeps what a failure needs by itself');
  }

  async stop() {
    return unsupported('tracing.stop', 'the run keeps what a failure needs by itself');
  }

  async stopChunk() {
    return unsupported('tracing.stopChunk', 'the run keeps what a failure needs by itself');
  }

  async startHar() {
    return unsupported('tracing.startHar', 'the run keeps what a failure needs by itself');
  }

  async stopHar() {
    return unsupported('tracing.stopHar', 'the run keeps what a failure needs by itself');
  }

  async group() {
    return unsupported('tracing.group', 'use test.step');
  }

  async groupEnd() {
    return unsupported('tracing.groupEnd', 'use test.step');
  }
}
