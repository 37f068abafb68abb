// The slow book of transfers, orders from suppliers and policies: reads a whole history anew for every answer and shares no
// code with the folds. For tests.
import type { Event } from '@streamstock/event-log';

interface Counting {
  readonly event: Event;
  readonly at: number;
  /** Lines that are not reversed. */
  readonly lines: readonly Line[];
}

interface Line {
  readonly item: string;
  readonly quantity?: number;
  readonly accepted?: number;
  readonly damaged?: number;
  readonly surplus?: number;
}

const before = (a: Counting, b: Counting) => a.at - b.at || (a.event.id < b.event.id ? -1 : 1);

export class BruteTrade {
  readonly #counting: readonly Counting[];

  constructor(history: readonly Event[]) {
    const counts = (event: Event): boolean => {
      const said = (type: string) =>
        history.some((ruling) => ruling.type === type && ruling.payload['target'] === event.id);
      return !said('EventVoided') && (!said('EventSetAside') || said('EventAdmitted'));
    };
    const timeOf = (event: Event): number => {
      const [least] = history
        .filter(({ type, payload }) => type === 'EventRetimed' && payload['target'] === event.id)
        .toSorted((a, b) => a.recordedAt - b.recordedAt || (a.id < b.id ? -1 : 1));
      return least === undefined ? event.occurredAt : Number(least.payload['effectiveAt']);
    };
    const reversals = history.filter((event) => event.type === 'EntryReversed' && counts(event));
    const linesOf = (event: Event): Line[] => {
      const lines = (event.payload['lines'] ?? []) as Line[];
      if (!['TransferDispatched', 'TransferReceived', 'StockReceived'].includes(event.type)) return lines;
      const own = reversals.filter(({ store, payload }) => payload['target'] === event.id && store === event.store);
      return lines.filter(
        (_, line) => !own.some(({ payload }) => payload['line'] === null || payload['line'] === line),
      );
    };
    this.#counting = history
      .filter((event) => !event.type.startsWith('Event') && event.type !== 'EntryReversed' && counts(event))
      .map((event) => ({ event, at: timeOf(event), lines: linesOf(event) }))
      .filter(({ event, lines }) => event.payload['lines'] === undefined || lines.length > 0)
      .toSorted(before);
  }

  #of(type: string, field?: string, id?: string): Counting[] {
    return this.#counting.filter(
      ({ event }) => event.type === type && (field === undefined || event.payload[field] === id),
    );
  }

  #receipts(shipment: string): { readonly counting: Counting[]; readonly disputed: Counting[] } {
    const all = this.#of('TransferReceived', 'shipment', shipment);
    const isFirst = (receipt: Counting) =>
      all.find(({ event }) => event.payload['receipt'] === receipt.event.payload['receipt']) === receipt;
    return { counting: all.filter(isFirst), disputed: all.filter((receipt) => !isFirst(receipt)) };
  }

  shipments(now: number): Map<string, object> {
    const facts = [...this.#of('TransferReceived'), ...this.#of('TransferClosed')];
    const named = facts.map(({ event }) => String(event.payload['shipment']));
    const ids = new Set([...this.#of('TransferDispatched').map(({ event }) => event.id), ...named]);
    return new Map([...ids].map((id) => [id, this.#shipment(id, now)]));
  }

  #shipment(id: string, now: number) {
    const [dispatch] = this.#of('TransferDispatched').filter(({ event }) => event.id === id);
    const { counting, disputed } = this.#receipts(id);
    const isClosed = this.#of('TransferClosed', 'shipment', id).length > 0;
    const came = counting.flatMap(({ lines }) => lines);
    const items: Record<string, object> = {};
    let anyMissing = false;
    for (const { item } of [...(dispatch?.lines ?? []), ...came]) {
      const total = (lines: readonly Line[], field: keyof Line) =>
        lines.filter((line) => line.item === item).reduce((sum, line) => sum + Number(line[field]), 0);
      const dispatched = total(dispatch?.lines ?? [], 'quantity');
      const [accepted, damaged, surplus] = [total(came, 'accepted'), total(came, 'damaged'), total(came, 'surplus')];
      const missing = dispatched - accepted - damaged;
      anyMissing ||= missing > 0;
      const inTransit = isClosed ? 0 : missing;
      items[item] = { dispatched, accepted, damaged, surplus, missing, inTransit, lost: isClosed ? missing : 0 };
    }
    const [first] = [...counting, ...disputed].toSorted(before);
    const said = (field: 'from' | 'to') => first?.event.payload[field] ?? null;
    const state = isClosed ? 'closed' : dispatch === undefined ? 'unannounced' : anyMissing ? 'open' : 'received';
    const expectedAt = dispatch?.event.payload['expectedAt'] ?? null;
    return {
      from: dispatch?.event.store ?? said('from'),
      to: dispatch?.event.payload['to'] ?? said('to'),
      state,
      overdue: state === 'open' && expectedAt !== null && Number(expectedAt) < now,
      items,
      disputed: disputed.map(({ event }) => event.id),
    };
  }

  /** By store|item; lines that nothing is on its way to are left out. */
  inTransit(): Map<string, number> {
    const totals = new Map<string, number>();
    for (const shipment of this.shipments(0).values()) {
      const { to, items } = shipment as { to: string | null; items: Record<string, { inTransit: number }> };
      for (const [item, { inTransit }] of Object.entries(items)) {
        if (to === null || inTransit === 0) continue;
        totals.set(`${to}|${item}`, (totals.get(`${to}|${item}`) ?? 0) + inTransit);
      }
    }
    return totals;
  }

  requests(): Map<string, object> {
    return new Map(
      this.#of('TransferRequested').map(({ event, lines }) => {
        const dispatches = this.#of('TransferDispatched', 'request', event.id).filter(
          (sent) => sent.event.store === event.payload['from'] && sent.event.payload['to'] === event.store,
        );
        const sent = dispatches.flatMap((dispatch) => dispatch.lines);
        const total = (all: readonly Line[], item: string) =>
          all.filter((line) => line.item === item).reduce((sum, { quantity = 0 }) => sum + quantity, 0);
        const asked = [...new Set(lines.map(({ item }) => item))];
        const declined = this.#of('TransferDeclined', 'request', event.id).some(
          (decline) => decline.event.store === event.store || decline.event.store === event.payload['from'],
        );
        const all = asked.every((item) => total(sent, item) >= total(lines, item));
        const some = asked.some((item) => total(sent, item) > 0);
        const state = all ? 'sent' : declined ? 'declined' : some ? 'partly' : 'open';
        const items = Object.fromEntries(asked.map((item) => [item, [total(lines, item), total(sent, item)]]));
        return [event.id, { state, items, shipments: dispatches.map((dispatch) => dispatch.event.id) }];
      }),
    );
  }

  orders(now: number): Map<string, object> {
    return new Map(
      this.#of('RestockOrdered').map(({ event, lines }) => {
        const own = (said: Counting) => said.event.store === event.store;
        const came = this.#of('StockReceived', 'restock', event.id)
          .filter(own)
          .flatMap((delivery) => delivery.lines);
        const cancelled = this.#of('RestockCancelled', 'order', event.id).some(own);
        const items: Record<string, object> = {};
        let anyShort = false;
        for (const { item } of [...lines, ...came]) {
          const total = (all: readonly Line[]) =>
            all.filter((line) => line.item === item).reduce((sum, { quantity = 0 }) => sum + quantity, 0);
          const [ordered, received] = [total(lines), total(came)];
          const short = ordered > received ? ordered - received : 0;
          anyShort ||= short > 0;
          items[item] = { ordered, received, incoming: cancelled ? 0 : short };
        }
        const state = anyShort ? (cancelled ? 'cancelled' : 'open') : 'complete';
        const expectedAt = event.payload['expectedAt'];
        const overdue = state === 'open' && expectedAt !== null && Number(expectedAt) < now;
        return [event.id, { store: event.store, state, overdue, items }];
      }),
    );
  }

  incoming(store: string, item: string): number {
    return [...this.orders(0).values()].reduce<number>((sum, order) => {
      const { store: own, items } = order as { store: string; items: Record<string, { incoming: number }> };
      return own === store ? sum + (items[item]?.incoming ?? 0) : sum;
    }, 0);
  }

  /** Field by field, later edits over earlier ones, the store's over the chain's; undefined: nobody set any. */
  policy(store: string, item: string): object | undefined {
    const edits = this.#of('StockPolicySet', 'item', item);
    const own = edits.filter(({ event }) => event.store === store);
    const values = [...edits.filter(({ event }) => event.store === null), ...own].map(({ event }) => event.payload);
    if (values.length === 0) return undefined;
    return Object.assign({}, ...values) as object;
  }
}
