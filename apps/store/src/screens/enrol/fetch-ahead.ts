// The parts of the app that a new device needs next, fetched while a person reads and the data comes: first what asks for the data,
// then the screens a tap leads to. All the other screens come when the data is here: they would be in its way.

/** What fails is fetched when it is needed. */
export function fetchWhatComesNext(): void {
  for (const part of [import('../../device/tickets.ts'), import('../../device/snapshots.ts')]) part.catch(() => {});
  import('../../app/store.tsx').catch(() => {});
  import('../../app/routes.tsx').then(
    ({ fetchFirstScreens }) => fetchFirstScreens(),
    () => undefined,
  );
}

export function fetchOtherScreens(): void {
  import('../../app/routes.tsx').then(
    ({ fetchScreensAhead }) => fetchScreensAhead(),
    () => undefined,
  );
}
