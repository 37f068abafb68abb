// How many changes may light up. A few glowing cells tell something, a field of them tells nothing: past the budget cells
// change silently and are counted. Also counts everything for the summary read out now and then.

export interface ChangeMeterSettings {
  readonly glowsPerSecondMax: number;
  /** The count of silent changes starts again after this long without one. */
  readonly calmAfterMs: number;
}

export const changeMeterSettings: ChangeMeterSettings = { glowsPerSecondMax: 12, calmAfterMs: 5000 };

export interface ChangeMeter {
  /** Counts one change; true when it may glow. `nowMs` must not go backwards. */
  readonly take: (nowMs: number) => boolean;
  /** Changes since the last calm that did not glow. */
  readonly silentCount: () => number;
  /** Changes since the last call. */
  readonly takeTotal: () => number;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createChangeMeter(settings: ChangeMeterSettings = changeMeterSettings): ChangeMeter {
  const glows: number[] = [];
  const listeners = new Set<() => void>();
  let silent = 0;
  let lastSilentMs = Number.NEGATIVE_INFINITY;
  let total = 0;

  const take = (nowMs: number): boolean => {
    total += 1;
    while (glows[0] !== undefined && nowMs - glows[0] >= 1000) glows.shift();
    const wasSilent = silent;
    if (nowMs - lastSilentMs > settings.calmAfterMs) silent = 0;
    const mayGlow = glows.length < settings.glowsPerSecondMax;
    if (mayGlow) {
      glows.push(nowMs);
    } else {
      silent += 1;
      lastSilentMs = nowMs;
    }
    if (silent !== wasSilent) for (const listener of listeners) listener();
    return mayGlow;
  };

  return {
    take,
    silentCount: () => silent,
    takeTotal: () => {
      const taken = total;
      total = 0;
      return taken;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
