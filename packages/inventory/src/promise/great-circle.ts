// How far apart two points are on the globe. Pure.
import type { Location } from '../words.ts';

const EARTH_RADIUS_METRES = 6_371_008.8;
const RADIANS_PER_MICRODEGREE = Math.PI / 180_000_000;

/** Along the great circle, in whole metres (the earth taken for a ball: right to about 0.5 %). */
export function distanceMetres(a: Location, b: Location): number {
  const latitudeA = a.latitudeMicrodegrees * RADIANS_PER_MICRODEGREE;
  const latitudeB = b.latitudeMicrodegrees * RADIANS_PER_MICRODEGREE;
  const north = Math.sin((latitudeB - latitudeA) / 2);
  const east = Math.sin(((b.longitudeMicrodegrees - a.longitudeMicrodegrees) * RADIANS_PER_MICRODEGREE) / 2);
  const haversine = north * north + Math.cos(latitudeA) * Math.cos(latitudeB) * east * east;
  return Math.round(2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(haversine))));
}
