// The independent book of goods on their way: shipments between stores, and what suppliers still owe. Part of the oracle:
// shares no code with the projectors.
import { groups, sum, type Counting, type NaiveSet } from './naive-set.ts';

export interface BookShipmentItem {
  readonly dispatched: number;
  readonly accepted: number;
  readonly damaged: number;
  readonly surplus: number;
  /** While the shipment is open. */
  readonly inTransit: number;
  /** Once it is closed. */
  readonly lost: number;
}

export interface BookShipment {
  readonly from: string;
  readonly to: string;
  readonly closed: boolean;
  readonly items: Readonly<Record<string, BookShipmentItem>>;
}

/** By shipment: what was sent and became of it. */
export function naiveShipments({ counting, facts }: NaiveSet): Map<string, BookShipment> {
  const closed = new Set(
    counting.filter(({ type }) => type === 'TransferClosed').map(({ payload }) => payload['shipment']),
  );
  const dispatches = facts.filter(({ type }) => type === 'TransferDispatched');
  const receipts = facts.filter(({ type }) => type === 'TransferReceived');
  return new Map(
    dispatches.map((dispatch) => {
      const isClosed = closed.has(dispatch.id);
      const received = receipts
        .filter(({ payload }) => payload['shipment'] === dispatch.id)
        .flatMap(({ lines }) => lines);
      const names = new Set([...dispatch.lines, ...received].map(({ item }) => item));
      const items = [...names].map((item): [string, BookShipmentItem] => {
        const came = received.filter((line) => line.item === item);
        const dispatched = sum(dispatch.lines.filter((line) => line.item === item).map(({ quantity }) => quantity));
        const accepted = sum(came.map((line) => line.accepted ?? 0));
        const damaged = sum(came.map((line) => line.damaged ?? 0));
        const surplus = sum(came.map((line) => line.surplus ?? 0));
        const rest = dispatched - accepted - damaged;
        return [
          item,
          { dispatched, accepted, damaged, surplus, inTransit: isClosed ? 0 : rest, lost: isClosed ? rest : 0 },
        ];
      });
      const to = String(dispatch.payload['to']);
      return [dispatch.id, { from: dispatch.store, to, closed: isClosed, items: Object.fromEntries(items) }];
    }),
  );
}

/** What suppliers still owe each line, by `store|item`; lines they owe nothing are left out. */
export function naiveIncoming({ counting, facts }: NaiveSet): Map<string, number> {
  const cancelled = new Set(
    counting.flatMap(({ type, store, payload }) =>
      type === 'RestockCancelled' ? [`${store}|${String(payload['order'])}`] : [],
    ),
  );
  const receipts = facts.filter(({ type }) => type === 'StockReceived');
  const incoming = new Map<string, number>();
  for (const order of counting.filter(({ type }) => type === 'RestockOrdered')) {
    if (cancelled.has(`${order.store}|${order.id}`)) continue;
    const isOwn = ({ store, payload }: Counting) => payload['restock'] === order.id && store === order.store;
    const came = receipts.filter(isOwn).flatMap(({ lines }) => lines);
    const ordered = order.payload['lines'] as { item: string; quantity: number }[];
    for (const [item, lines] of groups(ordered, (line) => line.item)) {
      const received = sum(came.filter((line) => line.item === item).map(({ quantity }) => quantity));
      const left = Math.max(0, sum(lines.map(({ quantity }) => quantity)) - received);
      const key = `${order.store}|${item}`;
      if (left > 0) incoming.set(key, (incoming.get(key) ?? 0) + left);
    }
  }
  return incoming;
}
