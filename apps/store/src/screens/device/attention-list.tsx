// What awaits a person: changes that head office set aside, records whose bytes a disk has spoilt, and records that this version of
// the app stumbles over. Each says what it is, that the rest goes on, and what to do; what only this device knows of can be put away
// when it is dealt with.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { ErrorStrip, formatMoment, RecordState } from '@streamstock/ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useDevice, useLive, useStatus } from '../../device/use-device.tsx';
import { ParkedStrip } from '../../shell/parked-strip.tsx';
import { shownAttention, type ShownAttention } from './attention-entries.ts';
import classes from './outbox-screen.module.css';
import { useWhatWord } from './use-what-word.ts';

export function AttentionList(): ReactNode {
  const { needsAttentionCount, parkedCount } = useStatus();
  const entries =
    useLive('needs attention', async ({ engine }) => shownAttention(await engine.attention())).value ?? [];
  const setAside = entries.filter(({ kind }) => kind === 'set-aside');
  const unfoldable = entries.filter(({ kind }) => kind === 'unfoldable');
  const spoilt = entries.filter(({ kind }) => kind !== 'set-aside' && kind !== 'unfoldable');
  const setAsideCount = needsAttentionCount - spoilt.length - unfoldable.length;
  return (
    <>
      {setAsideCount > 0 && <SetAside count={setAsideCount} entries={setAside} />}
      {spoilt.length > 0 && <Spoilt entries={spoilt} />}
      {unfoldable.length > 0 && <Unfoldable entries={unfoldable} />}
      {parkedCount > 0 && <ParkedStrip count={parkedCount} />}
    </>
  );
}

function SetAside({
  count,
  entries,
}: {
  readonly count: number;
  readonly entries: readonly ShownAttention[];
}): ReactNode {
  const { t } = useLingui();
  return (
    <>
      <ErrorStrip
        what={t({
          message: plural(count, { one: 'Head office set aside 1 change.', other: 'Head office set aside # changes.' }),
          comment: 'Changes of this device that do not count until a person at head office decides.',
        })}
        safe={t({
          message: plural(count, {
            one: 'It is kept there and here, and does not count until a person has looked at it. The rest was sent.',
            other:
              'They are kept there and here, and do not count until a person has looked at them. The rest was sent.',
          }),
          comment: 'Follows "Head office set aside … changes."',
        })}
        todo={t({
          message: 'Ask head office to look into Quarantine.',
          comment: 'Follows "They are kept there and here"; Quarantine is a screen of the admin view.',
        })}
      />
      <Rows entries={entries} />
    </>
  );
}

function Spoilt({ entries }: { readonly entries: readonly ShownAttention[] }): ReactNode {
  const { t } = useLingui();
  return (
    <>
      <ErrorStrip
        what={t({
          message: plural(entries.length, {
            one: 'The disk of this device spoilt 1 record.',
            other: 'The disk of this device spoilt # records.',
          }),
          comment: 'Stored bytes changed by themselves; the records can not be sent or read.',
        })}
        safe={t({
          message: plural(entries.length, {
            one: 'It counts neither here nor at head office; everything else goes on and is sent.',
            other: 'They count neither here nor at head office; everything else goes on and is sent.',
          }),
          comment: 'Follows "The disk of this device spoilt … records."',
        })}
        todo={t({
          message: plural(entries.length, {
            one: 'Enter once more what it was, then put it away.',
            other: 'Enter once more what they were, then put them away.',
          }),
          comment: 'Follows "everything else goes on and is sent."',
        })}
      />
      <Rows entries={entries} />
    </>
  );
}

/** The app is at fault, not the record: entered once more it would count twice after the update. */
function Unfoldable({ entries }: { readonly entries: readonly ShownAttention[] }): ReactNode {
  const { t } = useLingui();
  return (
    <>
      <ErrorStrip
        what={t({
          message: plural(entries.length, {
            one: '1 record could not be reckoned with on this device.',
            other: '# records could not be reckoned with on this device.',
          }),
          comment: 'An error of the app: stock and figures of this device lack these records.',
        })}
        safe={t({
          message: plural(entries.length, {
            one: 'It is saved and sent like every other. Figures on this device lack it; everything else goes on.',
            other:
              'They are saved and sent like every other. Figures on this device lack them; everything else goes on.',
          }),
          comment: 'Follows "… records could not be reckoned with on this device."',
        })}
        todo={t({
          message: plural(entries.length, {
            one: 'Do not enter it again: it counts here after an update of the app. Tell whoever looks after it.',
            other: 'Do not enter them again: they count here after an update of the app. Tell whoever looks after it.',
          }),
          comment: 'Follows "Figures on this device lack it; everything else goes on."',
        })}
      />
      <Rows entries={entries} />
    </>
  );
}

function Rows({ entries }: { readonly entries: readonly ShownAttention[] }): ReactNode {
  const { t } = useLingui();
  return (
    <ul
      className={classes['rows']}
      aria-label={t({ message: 'Needs attention', comment: 'Title of the list of records that await a person.' })}
    >
      {entries.map((entry) => (
        <Row key={entry.key} entry={entry} />
      ))}
    </ul>
  );
}

function Row({ entry }: { readonly entry: ShownAttention }): ReactNode {
  const { t } = useLingui();
  const { clock, engine } = useDevice();
  const wordOf = useWhatWord();
  const [copied, setCopied] = useState(false);
  const { key, what, atMs, bytes } = entry;
  const copy = async (text: string): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <li className={classes['row']}>
      <RecordState state="attention" />
      <span className="ss-body-strong">{wordOf(what)}</span>
      {atMs !== null && <time className="ss-meta">{formatMoment(atMs, clock())}</time>}
      {bytes !== null && (
        <div className={classes['buttons']}>
          {/* Where the browser does not let a page write the clipboard, nothing is copied and nothing is said to be. */}
          <Button onClick={() => void copy(bytes).catch(() => {})}>
            {copied
              ? t({ message: 'Copied', comment: 'On the button after "Copy the record"; one word.' })
              : t({ message: 'Copy the record', comment: 'Button: copies a spoilt record for whoever looks into it.' })}
          </Button>
          {/* A full disk says so across the top; the row stays. */}
          <Button onClick={() => void engine.dismissAttention(key).catch(() => {})}>
            {t({ message: 'Put away', comment: 'Button: a person has dealt with this record.' })}
          </Button>
        </div>
      )}
    </li>
  );
}
