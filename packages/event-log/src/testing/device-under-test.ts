// One device's log per test of the contract suite, with a small centre beside it: what the device writes, what others write, and
// what the centre makes of both.
import { afterEach, beforeEach } from 'vitest';
import { deviceChainStart } from '../chain.ts';
import type { AppendedEvent } from '../device-append.ts';
import type { DeviceLog } from '../device-log.ts';
import type { Projector } from '../projection.ts';
import { sha256 } from '../sha256.ts';
import { SNAPSHOT_PAGES_PER_CALL_MAX } from '../snapshot.ts';
import type { DeviceLogFixture } from './device-log-fixture.ts';
import { clockAt, markAt, sampleDraft, SampleWriter, START_MS, STORE, tallyProjector } from './sample-log.ts';
import { SampleCentre, type SampleSnapshot } from './sample-snapshot.ts';

export const DEVICE = 'device-1';
/** Of a log that nothing was accepted of. */
export const START = markAt({ seq: 0, hash: deviceChainStart(sha256, DEVICE) });

export class DeviceUnderTest {
  #opened: { readonly fixture: DeviceLogFixture; log: DeviceLog } | null = null;
  centre = new SampleCentre();
  /** Another device of the store. */
  other = new SampleWriter('device-2');
  /** The centre's own log. */
  writer = new SampleWriter('centre-1');

  /** A new device on an empty disk. */
  async begin(fixture: DeviceLogFixture, projectors: readonly Projector[]): Promise<void> {
    const log = await fixture.open(projectors);
    await log.enrol({ device: DEVICE, store: STORE });
    this.#opened = { fixture, log };
    this.centre = new SampleCentre();
    this.other = new SampleWriter('device-2');
    this.writer = new SampleWriter('centre-1');
  }

  get fixture(): DeviceLogFixture {
    return this.#running.fixture;
  }

  /** As it was opened last. */
  get log(): DeviceLog {
    return this.#running.log;
  }

  get #running(): { readonly fixture: DeviceLogFixture; log: DeviceLog } {
    if (this.#opened === null) throw new Error('No test runs.');
    return this.#opened;
  }

  async append(numbers: readonly number[], nowMs: number = START_MS): Promise<readonly AppendedEvent[]> {
    return await this.log.append({ drafts: numbers.map((number) => sampleDraft(number)), clock: clockAt(nowMs) });
  }

  /** The other device writes, and the centre takes it. */
  others(...numbers: number[]): readonly AppendedEvent[] {
    const written = this.other.write(numbers.map((number) => sampleDraft(number)));
    this.centre.append(...written);
    return written;
  }

  /** The centre takes own events and says so. */
  async sent(appended: readonly AppendedEvent[]): Promise<void> {
    this.centre.append(...appended);
    await this.log.accept(markAt(appended.at(-1)!.place));
  }

  async frameTo(position: number): ReturnType<DeviceLog['applyFrame']> {
    return await this.log.applyFrame(this.centre.frame((await this.log.state())?.cursor ?? null, position));
  }

  async stage({ header, pages }: SampleSnapshot, handle: DeviceLog = this.log): Promise<void> {
    await handle.beginSnapshot(header);
    for (let next = 0; next < pages.length; next += SNAPSHOT_PAGES_PER_CALL_MAX) {
      await handle.addSnapshotPages(header.id, pages.slice(next, next + SNAPSHOT_PAGES_PER_CALL_MAX));
    }
  }

  async install(snapshot: SampleSnapshot): ReturnType<DeviceLog['installSnapshot']> {
    await this.stage(snapshot);
    return await this.log.installSnapshot(snapshot.header.id);
  }

  async snapshotAt(
    position: number,
    accepted = START,
    notIn: readonly number[] = [],
    id = `at-${position}`,
  ): Promise<SampleSnapshot> {
    return await this.centre.snapshot({ id, position, own: { accepted, notIn } });
  }

  async reopen(...opened: Parameters<DeviceLogFixture['open']>): Promise<void> {
    await this.log.close();
    this.#running.log = await this.fixture.open(...opened);
  }
}

/** To be called where tests are described. */
export function deviceUnderTest(
  createFixture: () => Promise<DeviceLogFixture>,
  projectors: readonly Projector[] = [tallyProjector()],
): DeviceUnderTest {
  const under = new DeviceUnderTest();
  beforeEach(async () => await under.begin(await createFixture(), projectors));
  afterEach(async () => await under.fixture.dispose());
  return under;
}
