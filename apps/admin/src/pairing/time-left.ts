// How long something still holds, as people read a clock. Pure.

/** "9:41"; "0:00" once it is over. Rounded up, so that "0:01" still holds. */
export function timeLeftText(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
