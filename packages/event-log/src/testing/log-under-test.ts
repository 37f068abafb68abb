// One central log per test of the contract suite: opens it, opens it again, disposes of it.
import { afterEach, beforeEach } from 'vitest';
import type { CentralLog } from '../central-log.ts';
import { TestDevice } from './central-fixtures.ts';

/** One log under test. */
export interface OpenedCentralLog {
  readonly log: CentralLog;
  /** Closes the log and opens what it left on its disk. */
  reopen(): Promise<CentralLog>;
  /** Changes one character of the stored line at a position, behind the log's back; then `reopen` shows it. */
  flipByte(position: number): Promise<void>;
  dispose(): Promise<void>;
}

/** Opens an empty log whose own events are sealed with `testSeal`. */
export type OpenCentralLog = () => Promise<OpenedCentralLog>;

export interface LogUnderTest {
  /** Of the running test, as it was opened last. */
  readonly log: CentralLog;
  reopen(): Promise<void>;
  flipByte(position: number): Promise<void>;
}

/** To be called where tests are described. */
export function logUnderTest(open: OpenCentralLog): LogUnderTest {
  let opened: OpenedCentralLog | undefined;
  let log: CentralLog | undefined;
  beforeEach(async () => {
    opened = await open();
    ({ log } = opened);
  });
  afterEach(async () => {
    await opened?.dispose();
  });
  const running = (): OpenedCentralLog => {
    if (opened === undefined) throw new Error('No test runs.');
    return opened;
  };
  return {
    get log() {
      return log ?? running().log;
    },
    reopen: async () => {
      log = await running().reopen();
    },
    flipByte: async (position) => await running().flipByte(position),
  };
}

/** A till of the store in Porto. */
export function till(): TestDevice {
  return new TestDevice({ device: 'till-a', store: 'porto' });
}

/** A till of the store in Braga. */
export function otherTill(): TestDevice {
  return new TestDevice({ device: 'till-b', store: 'braga' });
}
