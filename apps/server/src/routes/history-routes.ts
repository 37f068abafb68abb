// The epochs of the log, who is back since the latest one began, and letting automatic work go on.
import { actorOf } from '../http/environment.ts';
import type { Handlers } from '../http/mount.ts';
import { HttpProblem, notFound } from '../http/problems.ts';
import type { Services } from '../services.ts';

type HistoryRoute = 'history' | 'refusedEvents' | 'refusedBytes' | 'resumeAutomaticWork';

export function historyRoutes({ centre, logger }: Services): Pick<Handlers, HistoryRoute> {
  return {
    history: async () => await centre.history(),
    refusedEvents: async ({ query: { after } }) => await centre.refusedEvents(after),
    refusedBytes: async ({ params: { sum } }) => {
      const line = await centre.refusedBytes(sum);
      if (line === null) throw notFound('such bytes', 'Read the history again.');
      return { sum, line };
    },
    resumeAutomaticWork: async ({ params: { epoch }, caller }) => {
      const { epochs } = await centre.history();
      if (epochs[0]?.epoch !== epoch) {
        // Whoever said go on meant the pause they saw, not one that began meanwhile.
        if (!epochs.some((known) => known.epoch === epoch)) throw notFound('such epoch', 'Read the history again.');
        throw new HttpProblem(
          'conflict',
          'Another epoch has begun since. Automatic work waits as before.',
          'Read the history again, then decide.',
        );
      }
      await centre.resumeAutomaticWork(caller.kind === 'admin' ? caller.admin.name : actorOf(caller));
      logger.warn({ epoch, by: actorOf(caller) }, 'Automatic work goes on before all devices are back');
      return await centre.history();
    },
  };
}
