// Reads a JSON body within its bounds: bytes, nesting, well-formed UTF-8, content type; then its schema. Everything that is
// wrong with it becomes a problem that says where, never what was sent.
import { bodyBytesMax, type Route, type Schema } from '@streamstock/api';
import * as z from 'zod/mini';
import type { AppContext } from './environment.ts';
import { HttpProblem, tooLarge } from './problems.ts';

/** Brackets within brackets. Ours need about ten; deeper is an attack on recursive code. */
const DEPTH_MAX = 40;
const FIELDS_MAX = 50;

/** Throws `HttpProblem`. */
export async function readJsonBody<S extends Schema>(
  context: AppContext,
  route: Route,
  schema: S,
): Promise<z.output<S>> {
  const type = context.req.header('content-type') ?? '';
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new HttpProblem(
      'unsupported-media-type',
      'This route takes JSON only.',
      'Send it with content-type: application/json.',
    );
  }
  const text = await readText(context, bodyBytesMax(route));
  if (depthOf(text) > DEPTH_MAX) throw unreadable('The JSON is nested too deeply.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable('The body is not JSON.');
  }
  return parseInput(schema, value);
}

/** Checks outside input against its schema. Throws a problem with the paths of what does not fit. */
function parseInput<S extends Schema>(schema: S, value: unknown): z.output<S> {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error.issues);
}

export function invalidInput(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): HttpProblem {
  const fields = issues
    .slice(0, FIELDS_MAX)
    .map(({ path, message }) => ({ path: path.map(String).join('.').slice(0, 200), message: message.slice(0, 500) }));
  const first = fields[0];
  const where = first === undefined || first.path === '' ? '' : ` First: ${first.path}.`;
  return new HttpProblem(
    'bad-request',
    `What was sent does not fit what this route takes.${where} Nothing was changed.`,
    'Correct the fields named and send it again.',
    { fields },
  );
}

function unreadable(detail: string): HttpProblem {
  return new HttpProblem('bad-request', `${detail} Nothing was changed.`, 'Send one JSON object in UTF-8.');
}

async function readText(context: AppContext, bytesMax: number): Promise<string> {
  const announced = Number(context.req.header('content-length') ?? 0);
  if (announced > bytesMax) throw tooLarge(bytesMax);
  const body = context.req.raw.body;
  if (body === null) throw unreadable('There is no body.');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let text = '';
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.length;
      if (bytes > bytesMax) throw tooLarge(bytesMax);
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    if (error instanceof HttpProblem) throw error;
    throw unreadable(error instanceof TypeError ? 'The body is not UTF-8.' : 'The body broke off.');
  }
}

/** The deepest nesting of brackets outside of strings. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (inString) {
      if (character === 0x5c) index += 1;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x5b || character === 0x7b) deepest = Math.max(deepest, (depth += 1));
    else if (character === 0x5d || character === 0x7d) depth -= 1;
  }
  return deepest;
}
