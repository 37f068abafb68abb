// What the centre's log must be told about a new event: set aside what can not be trusted. What is only not understood
// yet (an unknown type, a newer version) gets no ruling: it is parked.
import { isRulingType, type Judge, type RulingDraft } from '@streamstock/event-log';
import { CENTRE_TYPES, HEAD_OFFICE_TYPES, parsePayload, payloadFits } from './payloads.ts';

/** Reasons are codes that screens translate; `detail` is one sentence for a person. */
export type SetAsideReason = 'invalid-payload' | 'centre-only';

const REASON_DETAIL_CHARACTERS_MAX = 300;

const senderWords = { installation: 'an installation', importer: 'an importer' } as const;

export const judgeEvent: Judge = (event, record) => {
  if (isRulingType(event.type)) return [];
  const setAside = (reason: SetAsideReason, detail: string): readonly RulingDraft[] => [
    {
      type: 'EventSetAside',
      payload: { target: event.id, reason, detail: detail.slice(0, REASON_DETAIL_CHARACTERS_MAX) },
    },
  ];
  if (record.kind === 'installation' && (HEAD_OFFICE_TYPES as readonly string[]).includes(event.type)) {
    return setAside('centre-only', `Only head office writes ${event.type}; this came from an installation.`);
  }
  if (record.kind !== 'centre' && (CENTRE_TYPES as readonly string[]).includes(event.type)) {
    return setAside(
      'centre-only',
      `Only the centre itself writes ${event.type}; this came from ${senderWords[record.kind]}.`,
    );
  }
  if (payloadFits(event)) return [];
  const parsed = parsePayload(event);
  return !parsed.ok && parsed.kind === 'invalid' ? setAside('invalid-payload', parsed.detail) : [];
};
