// Lets others have their turn in a long piece of work, so that the event loop is never held for long.

/** Work at most this long before breathing; the promise to everybody else is 20 ms. */
const TURN_MS = 6;

/** Gives way once: everything that waits runs before this goes on. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A pacer: `await pace()` inside a loop gives way whenever the turn is used up, and costs almost nothing otherwise. */
export function createPace(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < TURN_MS) return undefined;
    return breathe().then(() => {
      since = performance.now();
    });
  };
}
