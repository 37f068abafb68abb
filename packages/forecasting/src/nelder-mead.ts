// Nelder–Mead in a box: minimises a function of a few variables without derivatives, deterministic.
// Nelder & Mead (1965), Computer Journal 7, 308–313; coefficients by dimension of Gao & Han (2012). Owns the simplex only.
import { at, clamp } from './numbers.ts';

export interface Variable {
  readonly start: number;
  /** How far the first simplex looks; not 0. */
  readonly step: number;
  readonly min: number;
  readonly max: number;
}

export interface Minimum {
  readonly point: number[];
  readonly value: number;
  readonly evaluations: number;
}

interface Vertex {
  readonly point: number[];
  readonly value: number;
}

export interface Effort {
  readonly evaluationsMax: number;
  /** Stops when the values of the simplex differ by less. */
  readonly tolerance: number;
}

/** The first simplex: the start, and one step along each variable, turned round where the box ends. */
function firstSimplex(variables: readonly Variable[], measure: (point: number[]) => Vertex): Vertex[] {
  const start = variables.map(({ start: value, min, max }) => clamp(value, min, max));
  const others = variables.map(({ step, min, max }, index) => {
    const point = start.slice();
    const from = at(start, index);
    const stepped = clamp(from + step, min, max);
    point[index] = Math.abs(stepped - from) < Math.abs(step) / 2 ? clamp(from - step, min, max) : stepped;
    return measure(point);
  });
  return [measure(start), ...others];
}

/**
 * The best point found. `objective` may answer Infinity for points that are not allowed; it is never asked outside the box.
 * A local minimum: who fears others starts it from several points.
 */
export function minimise(
  objective: (point: number[]) => number,
  variables: readonly Variable[],
  effort: Effort,
): Minimum {
  const dimension = variables.length;
  let evaluations = 0;
  const measure = (point: number[]): Vertex => {
    evaluations += 1;
    const value = objective(point);
    return { point, value: Number.isNaN(value) ? Infinity : value };
  };
  const simplex = firstSimplex(variables, measure);
  const byValue = (a: Vertex, b: Vertex) => (a.value === b.value ? 0 : a.value - b.value);
  simplex.sort(byValue);
  const expansion = 1 + 2 / Math.max(2, dimension);
  const contraction = 0.75 - 1 / (2 * Math.max(2, dimension));
  const shrinkage = 1 - 1 / Math.max(2, dimension);
  while (evaluations < effort.evaluationsMax) {
    const [best, worst, second] = [simplex[0], simplex[dimension], simplex[Math.max(0, dimension - 1)]];
    if (best === undefined || worst === undefined || second === undefined) break;
    if (worst.value - best.value < effort.tolerance) break;
    const centre = variables.map((_, index) => {
      let total = 0;
      for (let vertex = 0; vertex < dimension; vertex += 1) total += at(simplex[vertex]?.point ?? [], index);
      return total / dimension;
    });
    const along = (factor: number): Vertex =>
      measure(
        variables.map(({ min, max }, index) => {
          const middle = at(centre, index);
          return clamp(middle + factor * (middle - at(worst.point, index)), min, max);
        }),
      );
    const reflected = along(1);
    let next = reflected;
    if (reflected.value < best.value) {
      const expanded = along(expansion);
      if (expanded.value < reflected.value) next = expanded;
    } else if (!(reflected.value < second.value)) {
      next = reflected.value < worst.value ? along(contraction) : along(-contraction);
      if (!(next.value < Math.min(reflected.value, worst.value))) {
        for (let vertex = 1; vertex <= dimension; vertex += 1) {
          const old = simplex[vertex]?.point ?? best.point;
          simplex[vertex] = measure(best.point.map((value, index) => value + shrinkage * (at(old, index) - value)));
        }
        simplex.sort(byValue);
        continue;
      }
    }
    simplex[dimension] = next;
    simplex.sort(byValue);
  }
  const best = simplex[0] ?? measure(variables.map(({ start }) => start));
  return { point: best.point, value: best.value, evaluations };
}
