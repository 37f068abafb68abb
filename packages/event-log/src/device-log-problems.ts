// What can go wrong with a device's log, as errors that say what happened, what is safe and what to do.

/** Thrown before anything is written: the work stays on the screen. */
export class AppendRefused extends Error {
  override readonly name = 'AppendRefused';
  readonly reason: 'too-many-events' | 'event-too-long' | 'nothing-to-append' | 'not-serialisable' | 'not-an-event';
  constructor(reason: AppendRefused['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** A page of an older app version writes beside a newer one: it may not. What is on its screen is not saved. */
export class DeviceLogOutdated extends Error {
  override readonly name = 'DeviceLogOutdated';
  constructor() {
    super(
      'A newer version of the app is open on this device. Nothing was saved here: reload this page and do it again.',
    );
  }
}

/** A method that needs an identity was called on a log that has none. */
export class NotEnrolled extends Error {
  override readonly name = 'NotEnrolled';
  constructor() {
    super('This device has no identity yet: pair it with a store first.');
  }
}

/** A device was to be given another store while events of its own are unsent. Nothing was changed. */
export class OutboxNotEmpty extends Error {
  override readonly name = 'OutboxNotEmpty';
  constructor(store: string, unsent: number) {
    super(
      `This device still holds ${unsent} unsent entries of ${store}. They are safe: send them before it is given another store.`,
    );
  }
}

/** The handle was closed, or its device crashed. A write that rejects with this was not committed. */
export class DeviceLogClosed extends Error {
  override readonly name = 'DeviceLogClosed';
  constructor() {
    super('This handle of the device log is closed. Open it again.');
  }
}
