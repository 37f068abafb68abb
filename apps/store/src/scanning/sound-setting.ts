// Which scans sound on this device. A matter of this browser alone, so it is kept in localStorage; where that is switched
// off, the default holds.

export const SOUND_SETTINGS = ['every', 'problems', 'off'] as const;
export type SoundSetting = (typeof SOUND_SETTINGS)[number];

const KEY = 'streamstock-scan-sound';

export function readSoundSetting(): SoundSetting {
  try {
    const stored = localStorage.getItem(KEY);
    return SOUND_SETTINGS.find((setting) => setting === stored) ?? 'problems';
  } catch {
    return 'problems';
  }
}

export function writeSoundSetting(setting: SoundSetting): void {
  try {
    localStorage.setItem(KEY, setting);
  } catch {
    // A browser that keeps nothing keeps the default.
  }
}
