// What several scripts share: pages made for them and ways of asking.
import type { Page } from '@playwright/test';

/** A page with one button that notes what it was told. */
export const BUTTON = `<button>Press me</button><script>
  window.result = 'untouched';
  document.querySelector('button').addEventListener('click', (event) => {
    const { offsetX, offsetY, pageX, pageY, shiftKey } = event;
    Object.assign(window, { result: 'pressed', at: { offsetX, offsetY, pageX, pageY }, shiftKey });
  });
</script>`;

/** Lets the page draw some frames. */
export const frames = (page: Page, count = 5) =>
  page.evaluate((left) => new Promise<void>((resolve) => {
    const next = (n: number) => (n ? requestAnimationFrame(() => next(n - 1)) : resolve());
    next(left);
  }), count);

/** Returns a global of the page. */
export const read = (page: Page, name: string) => page.evaluate((key) => (window as any)[key], name);

/** Returns the error that something ends with; fails if it ends well. */
export async function errorOf(promise: Promise<unknown>): Promise<Error> {
  const ended = await promise.then(() => null, (error) => error);
  if (!ended) throw new Error('an error was expected');
  return ended;
}

/** Adds a frame and waits until it is loaded. */
export async function addFrame(page: Page, id: string, url: string) {
  const handle = await page.evaluateHandle(async ([name, address]) => {
    const frame = document.createElement('iframe');
    frame.src = address;
    frame.id = name;
    frame.name = name;
    document.body.append(frame);
    await new Promise((resolve) => { frame.onload = resolve; });
    return frame;
  }, [id, url]);
  return (await handle.asElement()!.contentFrame())!;
}
