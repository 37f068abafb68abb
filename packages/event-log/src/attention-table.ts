// Where what awaits a person on a device is kept; needs-attention.ts owns who is in it.

/**
 * Key: the event's id (`set-aside`, `bytes-differ`, `damaged`), the event's id and the projector (`unfoldable`), or the
 * position as a sortable number and the line's checksum (`unreadable`).
 */
export const NEEDS_ATTENTION_TABLE = 'needs-attention';
