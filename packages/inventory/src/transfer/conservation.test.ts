// Parcels between simulated shops: what stands on shelves, lies in vans and is gone is known exactly, events come from the
// commands, and true receipts say what came. Then the books must say what is there, and nothing is made or lost by them.
import { Event, type EventDraft } from '@streamstock/event-log';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CommandContext, Decision } from '../decider.ts';
import { receive } from '../stock/stock-deciders.ts';
import { stockProjector } from '../stock/stock-projector.ts';
import { listStockLines } from '../stock/stock-queries.ts';
import { inBatches, seededChoices, shuffled, tapeChoices, type Choices } from '../testing/choices.ts';
import { foldBatches } from '../testing/fold-events.ts';
import { minute, testId } from '../testing/make-event.ts';
import { propertyRuns } from '../testing/runs.ts';
import { closeTransfer, dispatchTransfer, receiveTransfer } from './transfer-deciders.ts';
import { inTransit, listShipments } from './transfer-queries.ts';
import { transfersProjector } from './transfers-projector.ts';

const STORES = ['lisboa', 'porto'] as const;
const ITEMS = ['feta', 'rice'] as const;
const OPENING = 100;
const NOW = minute(5_000);

/** What is really in a van, and whether someone gave it up. */
interface Van {
  readonly shipment: string;
  readonly from: string;
  readonly to: string;
  readonly load: Map<string, number>;
  receipts: number;
  closed: boolean;
}

/** Two shops and the vans between them. */
class Road {
  readonly events: Event[] = [];
  readonly shelves = new Map<string, number>();
  readonly vans: Van[] = [];
  surplus = 0;
  readonly #choices: Choices;
  #ids = 0;

  constructor(choices: Choices) {
    this.#choices = choices;
    for (const store of STORES) {
      for (const item of ITEMS) this.#put(store, item, OPENING);
      const lines = ITEMS.map((item) => ({ item, quantity: OPENING }));
      this.#record(receive({ lines }, this.#context(store)));
    }
  }

  step(): void {
    const kind = this.#choices.int(6);
    const van = this.vans[this.#choices.int(Math.max(1, this.vans.length))];
    if (kind < 2 || van === undefined) this.#send();
    else if (kind < 5) this.#unload(van, kind === 4 ? van.from : van.to);
    else this.#giveUp(van);
  }

  #send(): void {
    const from = STORES[this.#choices.int(2)] ?? STORES[0];
    const to = from === 'lisboa' ? 'porto' : 'lisboa';
    const lines = ITEMS.map((item) => ({ item, quantity: 1 + this.#choices.int(6), unitCost: null }));
    const [draft] = this.#record(dispatchTransfer({ to, lines }, this.#context(from)));
    for (const { item, quantity } of lines) this.#put(from, item, -quantity);
    const load = new Map(lines.map(({ item, quantity }) => [item as string, quantity]));
    this.vans.push({ shipment: draft?.id ?? '', from, to, load, receipts: 0, closed: false });
  }

  /** Some of the load comes off at `store`: fit for sale or damaged; now and then there is more than the papers say. */
  #unload(van: Van, store: string): void {
    const lines = [...van.load].flatMap(([item, left]) => {
      const accepted = this.#choices.int(left + 1);
      const damaged = this.#choices.int(left - accepted + 1);
      const surplus = this.#choices.int(8) === 0 ? 1 : 0;
      van.load.set(item, left - accepted - damaged);
      this.#put(store, item, accepted + damaged + surplus);
      this.surplus += surplus;
      return accepted + damaged + surplus === 0 ? [] : [{ item, accepted, damaged, surplus }];
    });
    if (lines.length === 0) return;
    van.receipts += 1;
    // The papers are all this device knows: a true receipt has a number of its own.
    const receipt = `paper-${van.receipts}`;
    this.#record(receiveTransfer({ shipment: van, receipt, lines }, this.#context(store)));
  }

  #giveUp(van: Van): void {
    van.closed = true;
    this.#record(closeTransfer({ shipment: van }, this.#context(this.#choices.int(2) === 0 ? van.from : van.to)));
  }

  #put(store: string, item: string, quantity: number): void {
    this.shelves.set(`${store}|${item}`, (this.shelves.get(`${store}|${item}`) ?? 0) + quantity);
  }

  #context(store: string): CommandContext {
    return { store, actor: 'ana', newId: () => testId(`road-${(this.#ids += 1)}`) };
  }

  #record(decision: Decision): readonly EventDraft[] {
    if (!decision.ok) throw new Error(decision.refusal.message);
    const at = minute(this.events.length);
    for (const draft of decision.drafts) {
      const stamped = { ...draft, occurredAt: at, recordedAt: at, deviceTimeMs: 0, clockUncertaintyMs: 0 };
      this.events.push(Event.parse(stamped));
    }
    return decision.drafts;
  }
}

test(
  'TR12 S8 on hand, in transit and lost are what really is on shelves, in vans and gone, whatever order news comes in',
  { timeout: 600_000 },
  async () => {
    const roads = fc.record({
      tape: fc.array(fc.nat({ max: 9_999 }), { maxLength: 300, size: 'max' }),
      steps: fc.integer({ min: 1, max: 25 }),
      order: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(roads, async ({ tape, steps, order }) => {
        const road = new Road(tapeChoices(tape));
        for (let step = 0; step < steps; step += 1) road.step();
        const choices = seededChoices(order);
        const batches = inBatches(choices, shuffled(choices, road.events), 6);
        const tables = await foldBatches(batches, [stockProjector, transfersProjector]);

        const lines = await listStockLines(tables);
        for (const { store, item, onHand } of lines) expect(onHand).toBe(road.shelves.get(`${store}|${item}`));
        const shipments = await listShipments(tables, {}, NOW);
        for (const { shipment, lines: told, state } of shipments) {
          const van = road.vans.find((own) => own.shipment === shipment);
          for (const { item, inTransit: moving, lost } of told) {
            const left = van?.load.get(item);
            expect([moving, lost]).toEqual(van?.closed === true ? [0, left] : [left, 0]);
          }
          expect(state === 'closed').toBe(van?.closed);
        }
        const onHand = lines.reduce((sum, line) => sum + line.onHand, 0);
        const moving = (await inTransit(tables)).reduce((sum, { quantity }) => sum + quantity, 0);
        const lost = shipments.flatMap((shipment) => shipment.lines).reduce((sum, line) => sum + line.lost, 0);
        expect(onHand + moving + lost).toBe(OPENING * STORES.length * ITEMS.length + road.surplus);
      }),
      { numRuns: propertyRuns },
    );
  },
);
