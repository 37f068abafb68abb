// What devices sent and the server did not take in: who, why, when, and the very bytes, as text and as a file. They are anybody's
// bytes: shown as text only, and of very long ones the beginning.
import { Button } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Device, History, RefusedEvent } from '@streamstock/api';
import { formatQuantity } from '@streamstock/ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { CopyButton } from '../../controls/copy-button.tsx';
import { olderRefusedQuery, refusedBytesQuery } from '../../data/queries.ts';
import { ProblemStrip } from '../../problem/problem-strip.tsx';
import { formatFullMoment } from '../../text/full-moment.ts';
import { saveFile } from '../../text/save-file.ts';
import classes from './device-pane.module.css';

/** More than a person reads; the file holds all of it. */
const shownCharactersMax = 4_000;
const sumShownDigits = 12;

function WhyRefused({ reason }: Pick<RefusedEvent, 'reason'>): ReactNode {
  switch (reason) {
    case 'unreadable':
      return <Trans comment="Why the centre did not take what a device sent.">its bytes can not be read</Trans>;
    case 'unsealed-ruling':
    case 'ruling-of-a-device':
      return (
        <Trans comment="Why the centre did not take what a device sent.">
          it speaks for this server, without its seal
        </Trans>
      );
    case 'other-bytes':
      return (
        <Trans comment="Why the centre did not take what a device sent.">this server holds it with other bytes</Trans>
      );
  }
}

function Bytes({ sum }: Pick<RefusedEvent, 'sum'>): ReactNode {
  const { t } = useLingui();
  const read = useQuery(refusedBytesQuery(sum));
  if (read.isError) return <ProblemStrip error={read.error} onRetry={() => void read.refetch()} />;
  if (read.data === undefined) return null;
  const text = read.data;
  const shown = formatQuantity(shownCharactersMax);
  return (
    <>
      {/* A scrolling area must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={classes['bytes']} dir="ltr" tabIndex={0}>
        {text.slice(0, shownCharactersMax)}
      </pre>
      {text.length > shownCharactersMax && (
        <p className="ss-meta">
          <Trans comment="Under a long text; a number stands in it.">
            The first {shown} characters are shown. The file holds all.
          </Trans>
        </p>
      )}
      <div className={classes['acts']}>
        <CopyButton text={text} label={t({ message: 'Copy the bytes', comment: 'Button.' })} />
        <Button
          leftSection={<IconDownload size={16} aria-hidden="true" />}
          onClick={() => saveFile(`not-taken-${sum.slice(0, sumShownDigits)}.txt`, 'text/plain', text)}
        >
          <Trans comment="Button: saves the bytes of what was not taken as a file.">Save as a file</Trans>
        </Button>
      </div>
    </>
  );
}

interface RefusedRowProps {
  readonly refused: RefusedEvent;
  readonly label: string;
}

function RefusedRow({ refused: { sum, seq, id, reason, bytes, atMs }, label }: RefusedRowProps): ReactNode {
  const [open, setOpen] = useState(false);
  const entry = formatQuantity(seq ?? 0);
  const moment = formatFullMoment(atMs);
  return (
    <li>
      <span className="ss-body-strong">
        {seq === null ? (
          label
        ) : (
          <Trans comment="One entry of a device's log: its name and the entry's number.">
            {label}, entry {entry}
          </Trans>
        )}
      </span>
      <br />
      <WhyRefused reason={reason} /> <span className="ss-meta">{moment}</span>
      <p className={`ss-meta sku ${classes['name'] ?? ''}`}>{id ?? sum}</p>
      <div className={classes['acts']}>
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? (
            <Trans comment="Button: folds away the bytes of what was not taken.">Hide the bytes</Trans>
          ) : (
            <Trans comment="Button: shows the bytes of what was not taken.">Show the bytes</Trans>
          )}
        </Button>
        <span className="ss-meta">
          <Trans comment="How long an event is as it was written. Short.">
            <Plural value={bytes} one="# byte" other="# bytes" />
          </Trans>
        </span>
      </div>
      {open && <Bytes sum={sum} />}
    </li>
  );
}

const rowKey = ({ sum, device, seq }: RefusedEvent): string => `${sum} ${device} ${seq}`;

export interface RefusedListProps extends Pick<History, 'refused' | 'refusedCount' | 'refusedNext'> {
  readonly devices: readonly Device[];
}

export function RefusedList({ refused, refusedCount, refusedNext, devices }: RefusedListProps): ReactNode {
  const older = useInfiniteQuery(olderRefusedQuery(refusedCount, refusedNext));
  const labels = new Map(devices.map(({ device, label }) => [device, label]));
  const told = [...refused, ...(older.data?.pages.flatMap((page) => page.refused) ?? [])];
  // What came in between two pages has the second begin with the end of the first.
  const rows = [...new Map(told.map((one) => [rowKey(one), one]))];
  const isMore = older.data === undefined ? refusedNext !== null : older.hasNextPage;
  const [shown, count] = [formatQuantity(rows.length), formatQuantity(refusedCount)];
  return (
    <section className={classes['pane']}>
      <h3 className="ss-body-strong">
        <Trans comment="Title of a list: what devices sent and the centre refused.">Sent and not taken</Trans>
      </h3>
      <p className="ss-body">
        <Trans comment="Over the list of what devices sent and the centre refused.">
          This server keeps the bytes for you to look at; nothing counts them. If goods moved and the figures lack it,
          enter it once more at the store.
        </Trans>
      </p>
      <ul className={classes['holes']}>
        {rows.map(([key, one]) => (
          <RefusedRow key={key} refused={one} label={labels.get(one.device) ?? one.device} />
        ))}
      </ul>
      {older.isError && <ProblemStrip error={older.error} onRetry={() => void older.fetchNextPage()} />}
      {isMore && (
        <div className={classes['acts']}>
          <Button loading={older.isFetching} onClick={() => void older.fetchNextPage()}>
            <Trans comment="Button under a list that shows its latest entries: adds those before them.">
              Show older ones
            </Trans>
          </Button>
          <span className="ss-meta">
            <Trans comment="How many entries of a list are shown, of how many. Short.">
              {shown} of {count} shown
            </Trans>
          </span>
        </div>
      )}
    </section>
  );
}
