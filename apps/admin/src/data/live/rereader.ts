// Reads something again when asked to: one reading at a time, not more often than `everyMs`, and one more when it was asked
// for while a reading was under way (that reading may have begun too early). Keeps a burst of changes from becoming a burst of requests.

export interface Rereader {
  readonly request: () => void;
  /** Drops what was asked for and has not begun. */
  readonly cancel: () => void;
}

/** `read` must settle; a rejection counts as done (who reads shows the fault). */
export function createRereader(read: () => Promise<unknown>, everyMs: number): Rereader {
  let state: 'idle' | 'planned' | 'reading' | 'reading-then-again' = 'idle';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastBeganMs = Number.NEGATIVE_INFINITY;

  const plan = (): void => {
    state = 'planned';
    timer = setTimeout(begin, Math.max(0, lastBeganMs + everyMs - performance.now()));
  };
  const begin = (): void => {
    state = 'reading';
    lastBeganMs = performance.now();
    read().then(end, end);
  };
  const end = (): void => {
    if (state === 'reading-then-again') plan();
    else if (state === 'reading') state = 'idle';
  };

  return {
    request: () => {
      if (state === 'idle') plan();
      else if (state === 'reading') state = 'reading-then-again';
    },
    cancel: () => {
      clearTimeout(timer);
      if (state === 'planned') state = 'idle';
      else if (state === 'reading-then-again') state = 'reading';
    },
  };
}
