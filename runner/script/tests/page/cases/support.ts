// What several scripts share: pages made for them and ways of asking.
import { expect, test } from '@playwright/test';
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

/** Plays rows of a table, many in one page, so that none pays for a page of its own; tells all that fail. */
export function rows<Row>(title: string, list: Row[], play: (page: Page, row: Row) => Promise<unknown>) {
  const EACH = 12;
  for (let from = 0; from < list.length; from += EACH) {
    test(`${title}, rows from ${from}`, async ({ page }) => {
      const wrong: string[] = [];
      for (const [index, row] of list.slice(from, from + EACH).entries()) {
        await play(page, row).catch((error) => wrong.push(`row ${from + index}, ${String((row as any)[0])}:\n${error.message}`));
      }
      expect(wrong).toEqual([]);
    });
  }
}
