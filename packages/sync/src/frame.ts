// Frames: one WebSocket text message = a JSON header line with a line count, then so many raw event lines (law 2: their
// bytes are never parsed and written again). Owns encoding, decoding and the bounds of a frame. Knows nothing of
// sessions.
import { EVENT_BYTES_MAX, fitsAsIs, utf8Length, type EventLine } from '@streamstock/event-log';
import * as z from 'zod/mini';
import {
  CENTRE_HEADER_BYTES_MAX,
  DEVICE_HEADER_BYTES_MAX,
  EVENTS_FRAME_BYTES_MAX,
  EVENTS_FRAME_EVENTS_MAX,
  PUSH_BYTES_MAX,
  PUSH_EVENTS_MAX,
} from './limits.ts';
import { CentreMessage, DeviceMessage, PROTOCOL_VERSION, PROTOCOL_VERSION_FLOOR } from './protocol.ts';

/** Who wrote a frame. */
export type Sender = 'device' | 'centre';

/** A frame that is refused, before anything of it is believed. `detail`: words, never the frame's content at length. */
export interface FrameProblem {
  readonly kind: 'bad-frame' | 'unknown-message' | 'version' | 'too-large';
  readonly detail: string;
  /** With `version`: the sender is newer than this program. */
  readonly tooNew?: boolean;
}

interface MessageOf {
  readonly device: DeviceMessage;
  readonly centre: CentreMessage;
}

export type DecodedFrame<S extends Sender = Sender> =
  | { readonly ok: true; readonly message: MessageOf[S]; readonly lines: readonly EventLine[] }
  | { readonly ok: false; readonly problem: FrameProblem };

type WithoutLines<Message> = Message extends unknown ? Omit<Message, 'lines'> : never;
/** A message as a session writes it: the line count is filled in by `encodeFrame`. */
export type Outgoing = WithoutLines<DeviceMessage> | WithoutLines<CentreMessage>;

/**
 * The text of a frame. Throws when it could not be read back (a line break in a line, half a character): callers send
 * only lines that were checked when a log took them in.
 */
export function encodeFrame(message: Outgoing, lines: readonly EventLine[] = []): string {
  const { type, ...rest } = message;
  const header = JSON.stringify({ type, lines: lines.length, ...rest });
  if (lines.length === 0) return header;
  if (lines.some((line) => line.includes('\n'))) throw new Error('A line with a line break can not stand in a frame.');
  const text = `${header}\n${lines.join('\n')}`;
  if (!text.isWellFormed()) throw new Error('A line with half a character can not stand in a frame.');
  return text;
}

/** Bytes that a line takes in a frame, its line break included. */
export function framedBytes(line: EventLine): number {
  return utf8Length(line) + 1;
}

const BOUNDS = {
  device: {
    schema: DeviceMessage,
    headerBytesMax: DEVICE_HEADER_BYTES_MAX,
    linesMax: PUSH_EVENTS_MAX,
    lineBytesMax: PUSH_BYTES_MAX,
  },
  centre: {
    schema: CentreMessage,
    headerBytesMax: CENTRE_HEADER_BYTES_MAX,
    linesMax: EVENTS_FRAME_EVENTS_MAX,
    lineBytesMax: EVENTS_FRAME_BYTES_MAX,
  },
} as const;

/** Ordinary headers at a glance; the schema explains what is wrong with the others. */
const FITS = { device: fitsAsIs(DeviceMessage), centre: fitsAsIs(CentreMessage) } as const;

const TYPES: Readonly<Record<Sender, ReadonlySet<string>>> = {
  device: new Set(DeviceMessage.def.options.flatMap((option) => option.shape.type.def.values)),
  centre: new Set(CentreMessage.def.options.flatMap((option) => option.shape.type.def.values)),
};

/**
 * Takes a frame apart. What disagrees with its header, or breaks a bound, is refused as a whole: it says nothing about
 * anyone's chain.
 */
export function decodeFrame<S extends Sender>(text: string, sender: S): DecodedFrame<S> {
  const bounds = BOUNDS[sender];
  const bytesMax = bounds.headerBytesMax + bounds.lineBytesMax;
  // A text has at least as many bytes as UTF-16 units, so this refuses early without measuring.
  if (text.length > bytesMax) return refuse('too-large', `A frame holds at most ${bytesMax} bytes.`);
  if (!text.isWellFormed()) return refuse('bad-frame', 'The frame holds half a character.');
  const headerEnd = text.indexOf('\n');
  const header = headerEnd < 0 ? text : text.slice(0, headerEnd);
  if (utf8Length(header) > bounds.headerBytesMax)
    return refuse('too-large', `A header holds at most ${bounds.headerBytesMax} bytes.`);
  const parsed = parseHeader(header, sender);
  if (!parsed.ok) return parsed;
  const lines = headerEnd < 0 ? [] : text.slice(headerEnd + 1).split('\n', bounds.linesMax + 1);
  const problem = linesProblem(lines, parsed.message.lines, bounds.lineBytesMax);
  if (problem !== undefined) return { ok: false, problem };
  return { ok: true, message: parsed.message, lines };
}

function refuse(kind: FrameProblem['kind'], detail: string): { readonly ok: false; readonly problem: FrameProblem } {
  return { ok: false, problem: { kind, detail } };
}

const AnyHeader = z.object({ type: z.string().check(z.maxLength(64)) });
const AnyHello = z.object({ type: z.literal('hello'), protocol: z.int() });

function isOtherVersion(message: unknown): boolean {
  const { type, protocol } = message as { readonly type: unknown; readonly protocol?: unknown };
  if (type !== 'hello') return false;
  return typeof protocol !== 'number' || protocol < PROTOCOL_VERSION_FLOOR || protocol > PROTOCOL_VERSION;
}

type ParsedHeader<S extends Sender> =
  | { readonly ok: true; readonly message: MessageOf[S] }
  | { readonly ok: false; readonly problem: FrameProblem };

function parseHeader<S extends Sender>(header: string, sender: S): ParsedHeader<S> {
  let value: unknown;
  try {
    value = JSON.parse(header);
  } catch {
    return refuse('bad-frame', 'The header is not JSON.');
  }
  if (FITS[sender](value) && !isOtherVersion(value)) return { ok: true, message: value as MessageOf[S] };
  const any = AnyHeader.safeParse(value);
  if (!any.success) return refuse('bad-frame', 'The header names no message type.');
  // Before the schema: the hello of another version may look different, and must still be told the version.
  const hello = AnyHello.safeParse(value);
  if (hello.success && isOtherVersion(hello.data)) {
    const detail = `Protocol ${hello.data.protocol} is not spoken here, only ${PROTOCOL_VERSION_FLOOR} to ${PROTOCOL_VERSION}.`;
    return { ok: false, problem: { kind: 'version', detail, tooNew: hello.data.protocol > PROTOCOL_VERSION } };
  }
  if (!TYPES[sender].has(any.data.type))
    return refuse('unknown-message', `"${any.data.type}" is no message that a ${sender} sends.`);
  const message = BOUNDS[sender].schema.safeParse(value);
  if (message.success) return { ok: true, message: message.data as MessageOf[S] };
  const issue = message.error.issues[0];
  return refuse(
    'bad-frame',
    `${any.data.type}.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is invalid'}`.slice(0, 200),
  );
}

function linesProblem(lines: readonly EventLine[], announced: number, lineBytesMax: number): FrameProblem | undefined {
  if (lines.length !== announced) {
    return { kind: 'bad-frame', detail: `The header announces ${announced} lines, ${lines.length} or more follow.` };
  }
  // A UTF-16 unit takes at most three bytes: an ordinary frame need not be measured.
  const characters = lines.reduce((sum, line) => sum + line.length + 1, 0);
  if (3 * characters <= Math.min(lineBytesMax, EVENT_BYTES_MAX)) return undefined;
  let bytes = 0;
  for (const [index, line] of lines.entries()) {
    const lineBytes = utf8Length(line);
    if (lineBytes > EVENT_BYTES_MAX)
      return {
        kind: 'too-large',
        detail: `Line ${index + 1} has ${lineBytes} bytes, an event at most ${EVENT_BYTES_MAX}.`,
      };
    bytes += lineBytes + 1;
  }
  if (bytes > lineBytesMax)
    return { kind: 'too-large', detail: `The lines have ${bytes} bytes together, at most ${lineBytesMax} may follow.` };
  return undefined;
}
