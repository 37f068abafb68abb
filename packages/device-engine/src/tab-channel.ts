// What the tabs of one device say to each other about sending. Owns the BroadcastChannel and the shape of its messages;
// a message of another version that does not fit is ignored.
import type { DeviceId } from '@streamstock/event-log';
import type { DeviceSessionView } from '@streamstock/sync';
import type { ChannelLike } from './environment.ts';

export type TabMessage =
  /** Is there a tab that sends? */
  | { readonly kind: 'ask' }
  /**
   * There is: here is how the connection stands. `fence` rises with every election; `removed`: the id that head office removed and
   * has all of, or null.
   */
  | {
      readonly kind: 'sender';
      readonly fence: number;
      readonly view: DeviceSessionView;
      readonly removed: DeviceId | null;
    }
  | { readonly kind: 'try-now' };

/** Rises when the messages change. */
const MESSAGES_VERSION = 2;

export class TabChannel {
  readonly #channel: ChannelLike | null;

  constructor(channel: ChannelLike | null, receive: (message: TabMessage) => void) {
    this.#channel = channel;
    if (channel === null) return;
    channel.onmessage = ({ data }) => {
      const message = data as { readonly version?: unknown; readonly message?: TabMessage } | null;
      if (message?.version === MESSAGES_VERSION && message.message !== undefined) receive(message.message);
    };
  }

  say(message: TabMessage): void {
    this.#channel?.postMessage({ version: MESSAGES_VERSION, message });
  }

  close(): void {
    this.#channel?.close();
  }
}
