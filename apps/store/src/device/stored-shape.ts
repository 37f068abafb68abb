// Checks of what this app itself stored among the local values, by hand: Today reads it before anything else, and the library of
// schemas would weigh more than all of it. What comes from elsewhere is checked with schemas.

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of an object; null for anything else. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

export const isText = (value: unknown, charactersMax: number): value is string =>
  typeof value === 'string' && value.length <= charactersMax;

export const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);

/** What `read` makes of each member of a list; null when it is no list, too long, or a member does not fit. */
export function listOf<Member>(
  value: unknown,
  membersMax: number,
  read: (member: unknown) => Member | null,
): Member[] | null {
  if (!Array.isArray(value) || value.length > membersMax) return null;
  const members = value.map(read);
  return members.every((member) => member !== null) ? members : null;
}
