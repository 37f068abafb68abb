// Cuts the bytes of an event stream (WHATWG HTML §9.2.6) into named messages. Owns the unfinished rest, which is bounded.
// Does not know what a message means. (EventSource would parse too, but hides the status of a refusal and the heartbeats.)

/** One dispatched message: its `event:` name and its `data:` lines joined. */
export interface SseMessage {
  readonly name: string;
  readonly data: string;
}

/** Characters of one message. A longer one is no message of ours: the stream is given up and read again. */
export const MESSAGE_CHARACTERS_MAX = 16 * 1024 * 1024;

export interface SseParser {
  /** The messages that end within this text; throws RangeError when a message outgrows its bound. */
  readonly push: (text: string) => readonly SseMessage[];
}

export function createSseParser(charactersMax: number = MESSAGE_CHARACTERS_MAX): SseParser {
  let rest = '';
  let name = '';
  let data: string[] = [];
  let characters = 0;

  const readLine = (line: string): SseMessage | undefined => {
    if (line === '') {
      const message = data.length === 0 ? undefined : { name: name === '' ? 'message' : name, data: data.join('\n') };
      name = '';
      data = [];
      characters = 0;
      return message;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') name = value;
    if (field === 'data') {
      data.push(value);
      characters += value.length;
    }
    return undefined;
  };

  const push = (text: string): readonly SseMessage[] => {
    // A carriage return at the very end may be half of a line break: it waits for what follows.
    const joined = rest + text;
    const cut = joined.endsWith('\r') ? joined.length - 1 : joined.length;
    const lines = joined.slice(0, cut).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + joined.slice(cut);
    const messages: SseMessage[] = [];
    for (const line of lines) {
      const message = readLine(line);
      if (message !== undefined) messages.push(message);
    }
    if (characters + rest.length > charactersMax) {
      throw new RangeError(`A live message is longer than ${charactersMax} characters.`);
    }
    return messages;
  };

  return { push };
}
