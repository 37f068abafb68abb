// The wire must not change in silence: devices that were offline for weeks still speak the old one.
import {
  deviceChainStart,
  EVENT_BYTES_MAX,
  nextDeviceHash,
  parseEventLine,
  REVOKED_EVENTS_MAX,
  sha256,
  SNAPSHOT_PAGE_BYTES_MAX,
  SnapshotHeader,
  type Json,
} from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import document from '../../../docs/protocol.md?raw';
import { RECOVERIES, RESTRICTION_RECOVERIES } from './greeting.ts';
import {
  CENTRE_FRAME_BYTES_MAX,
  CENTRE_HEADER_BYTES_MAX,
  DEVICE_FRAME_BYTES_MAX,
  DEVICE_HEADER_BYTES_MAX,
  EVENTS_FRAME_BYTES_MAX,
  OFFER_ROUNDS_MAX,
  PUSH_BYTES_MAX,
} from './limits.ts';
import {
  CentreMessage,
  DeviceMessage,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_FLOOR,
  PROTOCOL_VERSIONS,
  SUBPROTOCOL,
} from './protocol.ts';

/**
 * If this test fails you changed what goes over the wire. Is the change one that every released peer ignores (a new
 * optional field, a new message behind a version)? Then add a version to `PROTOCOL_VERSIONS` with a line of history,
 * and pin the new hash. If not, it needs a new subprotocol.
 */
const PINNED = { version: 1, schemas: '19871906fece98dae80520618476d58d2ed5a943fc36f1033280f98d22977ccd' };

/** JSON with sorted keys: the same schemas give the same text, whatever the order in which they are written down. */
function stable(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => stable(item)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${stable(item as Json)}`).join(',')}}`;
}

function schemaHash(): string {
  const schemas = [DeviceMessage, CentreMessage].map((schema) => stable(z.toJSONSchema(schema) as unknown as Json));
  return sha256(schemas.join('\n'));
}

describe('protocol versions', () => {
  it('V1 the messages are those that were pinned with this version', () => {
    expect({ version: PROTOCOL_VERSION, schemas: schemaHash() }).toEqual(PINNED);
  });

  it('V2 versions rise by one, the current one is the newest, the floor is among them', () => {
    expect(PROTOCOL_VERSIONS.map((version) => Number(version))).toEqual(PROTOCOL_VERSIONS.map((_, index) => index + 1));
    expect(PROTOCOL_VERSIONS.at(-1)).toBe(PROTOCOL_VERSION);
    expect(PROTOCOL_VERSIONS).toContain(PROTOCOL_VERSION_FLOOR);
    expect(PROTOCOL_VERSION_FLOOR).toBe(1);
    expect(SUBPROTOCOL).toBe('streamstock.v1');
  });

  it('V3 the page for outsiders names every message and field, every refusal and restriction and its recovery, and the bounds', () => {
    const rows = (section: string, next: string) =>
      document.slice(document.indexOf(section), document.indexOf(next)).split('\n');
    const messages = rows('## 5. Messages', '## 6. Refused');
    const refusals = rows('## 6. Refused', '## 7. Forks');
    for (const { shape } of [...DeviceMessage.def.options, ...CentreMessage.def.options]) {
      const [type] = shape.type.def.values;
      const row = messages.find((line) => line.startsWith(`| \`${type}\` |`)) ?? '';
      const fields = Object.keys(shape).filter((field) => field !== 'type' && field !== 'lines');
      expect({ type, missing: fields.filter((field) => !row.includes(`\`${field}\``)) }).toEqual({ type, missing: [] });
    }
    for (const [kind, recovery] of Object.entries(RECOVERIES)) {
      const row = refusals.find((line) => line.split('|')[1]?.includes(`\`${kind}\``)) ?? '';
      expect(row).toContain(`\`${recovery}\``);
    }
    for (const [kind, recovery] of Object.entries(RESTRICTION_RECOVERIES)) {
      const row = refusals.find((line) => line.startsWith(`| \`${kind}\``) && line.includes(`\`${recovery}\``));
      expect({ kind, row }).toEqual({ kind, row: expect.any(String) });
    }
    const snapshot = rows('## 10. Snapshot', '## 11. Removed');
    for (const field of Object.keys(SnapshotHeader.shape))
      expect({ field, row: snapshot.find((line) => line.startsWith('| `') && line.includes(`\`${field}\``)) }).toEqual({
        field,
        row: expect.any(String),
      });
    const bounds = {
      EVENT_BYTES_MAX,
      PUSH_BYTES_MAX,
      EVENTS_FRAME_BYTES_MAX,
      DEVICE_HEADER_BYTES_MAX,
      CENTRE_HEADER_BYTES_MAX,
      DEVICE_FRAME_BYTES_MAX,
      CENTRE_FRAME_BYTES_MAX,
      OFFER_ROUNDS_MAX,
      REVOKED_EVENTS_MAX,
      SNAPSHOT_PAGE_BYTES_MAX,
    };
    for (const bytes of Object.values(bounds)) expect(document).toContain(bytes.toLocaleString('en'));
  });

  it('V3 the chain of its example is true', () => {
    const line = document.split('\n').find((text) => text.startsWith('{"id":"01890a5d-ac96')) ?? '';
    expect(parseEventLine(line)).toMatchObject({ ok: true });
    const start = deviceChainStart(sha256, 'device-1');
    expect(document).toContain(`h(0) is \`${start}\``);
    expect(document).toContain(`h(1) is \`${nextDeviceHash(sha256, start, line)}\``);
  });
});
