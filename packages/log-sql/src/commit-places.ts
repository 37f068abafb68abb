// Which position each place of a commit has. Pure. Nearly every place is that of the next new event: nothing is made or looked
// up for these; the others come in the order of their own lists.
import type { CentralCommit, CommittedPlace, EventId, Place, Position } from '@streamstock/event-log';

/** `position` null: kept aside. `again`: its event has another first place. */
type Stands = (place: CommittedPlace, position: Position | null, again: boolean) => void;

type Placed = Pick<CentralCommit, 'places' | 'entries' | 'keptAside' | 'filled'>;

/** `heldAt`: where an event stands, those of this commit among them. Throws when a list has another order than the places. */
export function eachPlace(
  { places, entries, keptAside, filled }: Placed,
  heldAt: (id: EventId) => Position | null,
  stands: Stands,
): void {
  let entry = 0;
  let aside = 0;
  let fill = 0;
  for (const place of places) {
    // Handed back: it has none, or one that is filled.
    while (entries[entry]?.place === null) entry += 1;
    const next = entries[entry];
    if (next !== undefined && isAt(next.place, place)) {
      stands(place, next.position, false);
      entry += 1;
    } else if (isAt(keptAside[aside]?.place, place)) {
      stands(place, null, false);
      aside += 1;
    } else {
      const position = heldAt(place.id);
      if (position === null) throw new Error(`Event ${place.id} is not held: its place can not be written.`);
      const isFill = isAt(filled[fill], place);
      stands(place, position, !isFill);
      if (isFill) fill += 1;
    }
  }
  while (entries[entry]?.place === null) entry += 1;
  if (entry < entries.length || aside < keptAside.length || fill < filled.length)
    throw new Error('The places of a commit do not come in the order of its events.');
}

function isAt(one: Place | null | undefined, place: Place): boolean {
  return one !== null && one !== undefined && one.seq === place.seq && one.device === place.device;
}
