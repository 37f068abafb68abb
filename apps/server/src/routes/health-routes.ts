// Whether the server lives, and whether its figures are current.
import type { Handlers } from '../http/mount.ts';
import { HttpProblem } from '../http/problems.ts';
import type { Services } from '../services.ts';

const RETRY_MS = 1_000;

/** `caughtUp`: the read models have held everything once since the start. */
export function healthRoutes({ centre }: Services, caughtUp: () => boolean): Pick<Handlers, 'health' | 'readiness'> {
  return {
    health: async () => {
      const { epoch, position } = await centre.log.head();
      return { status: 'ok', epoch, position };
    },
    readiness: async () => {
      const behind = await centre.behind();
      if (caughtUp()) return { status: 'ready', position: centre.view.position, behind };
      throw new HttpProblem(
        'not-ready',
        `The server started and still reads ${behind} events into its figures. Nothing is lost.`,
        'Wait a moment.',
        {
          retryAfterMs: RETRY_MS,
        },
      );
    },
  };
}
