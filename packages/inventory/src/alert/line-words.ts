// The words of a line's alerts: what is, and what to do about it. Figures only; names stand beside them.
import type { Unit } from '../words.ts';
import { figure, type Words } from './alert.ts';
import type { AlertKind } from './alert-events.ts';
import type { Depletion } from './level-walk.ts';

/** The figures of a line that an alert talks about. */
export interface LineFigures {
  readonly sellable: number;
  readonly available: number;
  /** The level it fell below or rose above; null for kinds without one. */
  readonly level: number | null;
  readonly depletion: Depletion | null;
  /** Ordered and on its way; 0 where nobody said. */
  readonly incoming: number;
  readonly unit: Unit;
}

type LineKind = Extract<AlertKind, 'oversold' | 'out-of-stock' | 'critical' | 'low' | 'overstock' | 'rapid-depletion'>;

function words(code: string, text: string, values: Words['values'] = {}): Words {
  return { code, values, text };
}

export function lineMessage(kind: LineKind, line: LineFigures): Words {
  const { sellable, available, level, unit } = line;
  const reserved = sellable - available;
  const show = (quantity: number): string => figure(quantity, unit);
  switch (kind) {
    case 'oversold':
      return sellable < 0
        ? words('oversold.negative', `${show(sellable)} on the shelf: more left than came in or was counted.`, {
            sellable,
          })
        : words(
            'oversold.promised',
            `${show(reserved)} promised, ${show(sellable)} on the shelf: ${show(-available)} short.`,
            { reserved, sellable, short: -available },
          );
    case 'out-of-stock':
      return sellable > 0
        ? words('out-of-stock.promised', `0 left to sell: all ${show(sellable)} on the shelf are promised.`, {
            sellable,
          })
        : words('out-of-stock.none', '0 left.');
    case 'critical':
      return words('critical', `${show(available)} left, critical below ${show(level ?? 0)}.`, {
        available,
        level: level ?? 0,
      });
    case 'low':
      return words('low', `${show(available)} left, reorder point ${show(level ?? 0)}.`, {
        available,
        level: level ?? 0,
      });
    case 'overstock':
      return words('overstock', `${show(sellable)} on a shelf that takes ${show(level ?? 0)}.`, {
        sellable,
        capacity: level ?? 0,
      });
    case 'rapid-depletion': {
      const { decrease, from, movements } = line.depletion ?? { decrease: 0, from: 0, movements: 0 };
      return words(
        'rapid-depletion',
        `${show(decrease)} of ${show(from)} gone within an hour, in ${figure(movements)} movements.`,
        { decrease, from, movements },
      );
    }
  }
}

export function lineRecommendation(kind: LineKind, line: LineFigures): Words {
  const { incoming, sellable, unit } = line;
  switch (kind) {
    case 'oversold':
      return sellable < 0
        ? words('recount', 'Count the shelf. The sales stand; the figure follows what you see.')
        : words('replace-promise', 'Get goods from another store, or tell whoever waits and cancel.');
    case 'out-of-stock':
    case 'critical':
    case 'low':
      if (incoming > 0) {
        return words(
          'await',
          `${figure(incoming, unit)} are on their way. Ask when they come, or get some from another store.`,
          {
            incoming,
          },
        );
      }
      return kind === 'low'
        ? words('order', 'Order more.')
        : words('order-now', 'Order now, or get some from another store.');
    case 'overstock':
      return words('send-on', 'Send some to a store that needs them, and order less.');
    case 'rapid-depletion':
      return words('look', 'Look at the shelf. If it really sells this fast, order now.');
  }
}
