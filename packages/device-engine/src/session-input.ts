// What the engine's parts tell the session, before the runner adds the moment.
import type { DeviceInput, DeviceMoment } from '@streamstock/sync';

type WithoutMoment<Input> = Input extends unknown ? Omit<Input, keyof DeviceMoment> : never;

/** An input before its moment (clocks, randomness) is added. */
export type SessionInput = WithoutMoment<DeviceInput>;
