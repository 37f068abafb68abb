// What a scan sounds and feels like: one tone per outcome, and vibration where there is one. Never the only sign. By default
// only problems sound: the scanner itself beeps already, and two beeps a scan teach people to ignore both.
import { readSoundSetting } from './sound-setting.ts';

export type ScanOutcome = 'accepted' | 'pack' | 'look' | 'unknown' | 'wrong-context';

interface Feedback {
  /** Each tone: hertz and milliseconds, one after the other. */
  readonly tones: readonly (readonly [hertz: number, ms: number])[];
  readonly vibration: readonly number[];
  readonly problem: boolean;
}

const FEEDBACK: Readonly<Record<ScanOutcome, Feedback>> = {
  accepted: { tones: [[1_760, 60]], vibration: [30], problem: false },
  pack: {
    tones: [
      [1_320, 50],
      [1_760, 50],
    ],
    vibration: [30, 40, 30],
    problem: false,
  },
  look: { tones: [[880, 120]], vibration: [80], problem: true },
  unknown: {
    tones: [
      [220, 140],
      [220, 140],
    ],
    vibration: [120, 60, 120],
    problem: true,
  },
  'wrong-context': { tones: [[330, 90]], vibration: [], problem: true },
};

const GAP_MS = 30;
const VOLUME = 0.15;

let context: AudioContext | null = null;

/** Browsers let a page sound only after a person has touched it; called from the first tap or key. */
function unlockedContext(): AudioContext | null {
  if (!('AudioContext' in globalThis)) return null;
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume().catch(() => {});
  return context;
}

export function playScan(outcome: ScanOutcome): void {
  const { tones, vibration, problem } = FEEDBACK[outcome];
  if (vibration.length > 0 && 'vibrate' in navigator && navigator.userActivation.hasBeenActive)
    navigator.vibrate([...vibration]);
  const setting = readSoundSetting();
  if (setting === 'off' || (setting === 'problems' && !problem)) return;
  const audio = navigator.userActivation.hasBeenActive ? unlockedContext() : null;
  if (audio === null || audio.state !== 'running') return;
  let at = audio.currentTime;
  for (const [hertz, ms] of tones) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = hertz;
    volume.gain.value = VOLUME;
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + ms / 1_000);
    at += (ms + GAP_MS) / 1_000;
  }
}
