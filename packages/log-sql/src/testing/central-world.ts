// The world around a central log in a storage run: devices that write, push well and badly, copy each other and are cloned,
// and a centre that rules. Draws everything from one seed; asks only the naive log how far it holds a device.
import type { CentralLog, EventDraft, EventId, EventLine, Push, ReadLimit, Submission } from '@streamstock/event-log';
import { holeOf, READ_ALL, resupplyOf, TestDevice } from '@streamstock/event-log/testing/central-fixtures';
import type { Draw } from '@streamstock/event-log/testing/draw';

export const STORES = ['porto', 'braga', 'faro'] as const;
const DEVICES_MAX = 6;
const MINUTE_MS = 60_000;
const HEARD: ReadLimit = { eventsMax: 5, bytesMax: Number.POSITIVE_INFINITY };

export class CentralWorld {
  readonly draw: Draw;
  readonly devices: TestDevice[] = [];
  /** Copied disks: each goes on under the id of the device that it was copied from. */
  readonly #clones: TestDevice[] = [];
  readonly #maker: TestDevice;
  #ids: EventId[] = [];
  #lastOwn: EventDraft[] = [];
  #count = 0;
  /** Lines that the centre once gave out. */
  readonly #heard: EventLine[] = [];

  constructor(draw: Draw, seed: number) {
    this.draw = draw;
    this.#maker = new TestDevice({ device: 'maker', store: 'porto', seed });
  }

  get canHaveMoreDevices(): boolean {
    return this.devices.length < DEVICES_MAX;
  }

  newDevice(): TestDevice {
    this.#count += 1;
    const store = this.draw.of(STORES);
    return new TestDevice({ device: `till-${this.#count}`, store, seed: this.draw.below(1_000_000) });
  }

  someDevice(): TestDevice {
    return this.devices[this.draw.below(this.devices.length)] ?? this.newDevice();
  }

  #payload(): Partial<EventDraft> {
    const { draw } = this;
    const dice = draw.below(100);
    const amount = draw.below(20) - 8;
    if (dice < 8) return { payload: { amount, bad: true } };
    if (dice < 14) return { store: 'elsewhere' };
    if (dice < 22) return { audience: 'all', payload: { amount, note: 'ü €  "\\" 😀'.repeat(draw.below(20)) } };
    if (dice < 30) return { audience: [draw.of(STORES)], payload: { amount } };
    if (dice < 33 && this.#ids.length > 0) return { id: this.someId(), payload: { amount } };
    if (dice < 36) return { type: 'EventVoided', payload: { target: this.someId(), reason: 'mine' } };
    return { payload: { amount } };
  }

  someId(): EventId {
    return this.#ids[this.draw.below(this.#ids.length)] ?? this.#maker.newId();
  }

  #write(device: TestDevice): void {
    const { draw } = this;
    const other = this.someDevice();
    const copied = other.log[draw.below(Math.max(1, other.log.length))];
    if (copied !== undefined && other !== device && draw.chance(0.1)) device.copyIn(copied.line);
    for (const { event } of device.write(...Array.from({ length: 1 + draw.below(6) }, () => this.#payload()))) {
      this.#ids.push(event.id);
    }
  }

  /** What a group commit gathers: pushes, and in between what devices say after a restore. */
  async submissions(naive: CentralLog): Promise<Submission[]> {
    const gathered: Submission[] = [];
    for (let left = 1 + this.draw.below(4); left > 0; left -= 1) {
      const dice = this.draw.below(100);
      if (dice < 5) gathered.push(await this.#hole(naive));
      else if (dice < 15) gathered.push(await this.#resupply(naive));
      else gathered.push(await this.#push(naive));
    }
    return gathered;
  }

  /** A stretch of a device's log that it has no bytes of any more; mostly one that the centre lacks. */
  async #hole(naive: CentralLog): Promise<Submission> {
    const { draw } = this;
    const device = this.someDevice();
    if (device.log.length === 0) this.#write(device);
    const accepted = (await naive.device(device.device))?.accepted.seq ?? 0;
    const from = draw.chance(0.7) ? accepted + 1 : 1 + draw.below(device.log.length + 2);
    const to = Math.min(device.log.length, from + draw.below(4));
    const reason = draw.of(['compacted', 'damaged'] as const);
    return holeOf(device, from, to, draw.chance(0.1) ? { hashAfter: 'd'.repeat(64), reason } : { reason });
  }

  /** What one device still holds of its own, of others and of the centre: known and unknown, whole and bent. */
  async #resupply(naive: CentralLog): Promise<Submission> {
    const { draw } = this;
    const lines: EventLine[] = [];
    for (let left = 1 + draw.below(6); left > 0; left -= 1) {
      const from = draw.chance(0.3) ? this.#heard : this.someDevice().log.map(({ line }) => line);
      const line = from[draw.below(from.length)] ?? '{}';
      lines.push(draw.chance(0.05) ? line.replace('"payload"', '"Payload"') : line);
    }
    // What the centre says now may be lost by a restore, and come back.
    for (const { line } of await naive.read(draw.below((await naive.head()).position + 1), HEARD))
      this.#heard.push(line);
    return resupplyOf(this.someDevice(), lines);
  }

  async #push(naive: CentralLog): Promise<Push> {
    const { draw } = this;
    const [clone] = this.#clones;
    const isClone = clone !== undefined && draw.chance(0.15);
    const device = isClone ? clone : this.someDevice();
    if (device.log.length === 0 || draw.chance(0.8)) this.#write(device);
    if (draw.chance(0.03)) this.#clones.unshift(device.clone());
    const accepted = (await naive.device(device.device))?.accepted.seq ?? 0;
    const last = device.log.length;
    const first = Math.min(last, accepted + 1);
    const arrival = {
      clockOffsetMs: draw.chance(0.15) ? (draw.below(60) - 30) * MINUTE_MS : 0,
      measureUncertaintyMs: draw.below(400),
    };
    const dice = draw.below(100);
    if (dice < 8) return device.push(Math.max(1, first - draw.below(4)), last, arrival);
    if (dice < 12) return device.push(1, last, arrival);
    if (dice < 16) return device.push(Math.min(last, first + 1 + draw.below(3)), last, arrival);
    if (dice < 19) return { ...device.push(first, last, arrival), hashAfter: 'f'.repeat(64) };
    if (dice < 22) return { ...device.push(first, last, arrival), hashBefore: 'e'.repeat(64) };
    if (dice < 25) return withBrokenLine(device.push(first, last, arrival), draw.below(last));
    if (dice < 27) return { ...device.push(first, last, arrival), device: 'nobody' };
    return device.push(first, Math.min(last, first + draw.below(30)), arrival);
  }

  /** What the centre writes itself: answers, and what a person ruled. Sometimes the same again. */
  ownDrafts(): EventDraft[] {
    const { draw } = this;
    if (draw.chance(0.2)) return this.#lastOwn;
    this.#lastOwn = Array.from({ length: 1 + draw.below(3) }, () => {
      const target = this.someId();
      const ruling = draw.of(['EventAdmitted', 'EventVoided', 'ThingHappened']);
      const payload = ruling === 'ThingHappened' ? { amount: 1 } : { target, reason: 'A person said so.' };
      return this.#maker.draft({ type: ruling, store: draw.of(STORES), payload });
    });
    return this.#lastOwn;
  }

  limit(): ReadLimit {
    const { draw } = this;
    return draw.of<ReadLimit>([
      READ_ALL,
      { eventsMax: 1 + draw.below(5), bytesMax: Number.POSITIVE_INFINITY },
      { eventsMax: 500, bytesMax: 200 + draw.below(3_000) },
    ]);
  }
}

function withBrokenLine(push: Push, at: number): Push {
  const lines = push.lines.map((line, index) => (index === at % push.lines.length ? line.slice(0, -1) : line));
  return { ...push, lines };
}
