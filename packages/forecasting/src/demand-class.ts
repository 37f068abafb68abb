// What kind of demand a series is, for the methods that suit it. Owns the two thresholds and nothing of the methods.
import { mean, variance } from './numbers.ts';

/**
 * Syntetos, Boylan & Croston (2005), "On the categorization of demand patterns", J. Oper. Res. Soc. 56, 495–503.
 * smooth: often, alike · erratic: often, of very different sizes · intermittent: seldom, alike · lumpy: seldom, different.
 */
export type DemandClass = 'none' | 'smooth' | 'erratic' | 'intermittent' | 'lumpy';

export const AVERAGE_INTERVAL_BORDER = 1.32;
export const SIZE_VARIATION_BORDER = 0.49;

export interface DemandPattern {
  readonly class: DemandClass;
  /** Periods per demand (ADI): 1 when something is sold in every period; null without any demand. */
  readonly averageInterval: number | null;
  /** Squared coefficient of variation of the sizes that are not 0 (CV²); null without any demand. */
  readonly sizeVariation: number | null;
}

/** Classifies finite observations; those below 0 count as demand by their size. */
export function classifyDemand(series: readonly number[]): DemandPattern {
  const sizes = series.filter((value) => value !== 0).map(Math.abs);
  if (sizes.length === 0) return { class: 'none', averageInterval: null, sizeVariation: null };
  const averageInterval = series.length / sizes.length;
  const sizeVariation = variance(sizes) / mean(sizes) ** 2;
  const seldom = averageInterval >= AVERAGE_INTERVAL_BORDER;
  const different = sizeVariation >= SIZE_VARIATION_BORDER;
  return {
    class: seldom ? (different ? 'lumpy' : 'intermittent') : different ? 'erratic' : 'smooth',
    averageInterval,
    sizeVariation,
  };
}
