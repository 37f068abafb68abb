// Every command that a person or a program can give, with anything in it, and what may be wrong with the decision about it.
// For tests.
import { EVENT_BYTES_MAX, utf8Length } from '@streamstock/event-log';
import type { Decision } from '../decider.ts';
import { parsePayload } from '../payloads.ts';
import { alertCommands, headOfficeCommands } from './any-command-catalogue.ts';
import { promiseCommands } from './any-command-promise.ts';
import { countCommands, goodsCommands } from './any-command-stock.ts';
import { restockCommands, transferCommands } from './any-command-transfer.ts';
import type { AnyCommand } from './any-command-values.ts';
import { eventOfDraft } from './command-context.ts';

export async function everyCommand(): Promise<readonly AnyCommand[]> {
  return [
    ...goodsCommands,
    ...(await countCommands()),
    ...(await headOfficeCommands()),
    ...alertCommands,
    ...(await transferCommands()),
    ...(await restockCommands()),
    ...(await promiseCommands()),
  ];
}

/** What is wrong with a decision, whatever the command was; null: nothing. */
export function complaint(decision: Decision): string | null {
  if (!decision.ok) {
    const { code, message } = decision.refusal;
    return /^[a-z]+(-[a-z]+)+$/.test(code) && /\S.*\.$/s.test(message) ? null : `refused with ${code}: ${message}`;
  }
  if (decision.drafts.length === 0) return 'accepted without an event';
  for (const draft of decision.drafts) {
    const event = eventOfDraft(draft);
    if (event === undefined) return `no log takes ${JSON.stringify(draft).slice(0, 500)}`;
    const parsed = parsePayload(event);
    if (!parsed.ok) return parsed.detail;
    const line = JSON.stringify(event);
    if (utf8Length(line) > EVENT_BYTES_MAX) return `an event of ${utf8Length(line)} bytes`;
    if (/<[a-z/!?]|\\u0000|\\n|\\ud800/i.test(line)) return `unreadable text in ${line.slice(0, 500)}`;
  }
  return null;
}
