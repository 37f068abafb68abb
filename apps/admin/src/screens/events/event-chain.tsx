// Where an event stands in the two chains of hashes, and whether it follows from what stands before it: checked here and now.
import { Trans, useLingui } from '@lingui/react/macro';
import { IconAlertTriangleFilled, IconCheck, IconHelpCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { LogEntry } from '@streamstock/api';
import { formatQuantity, SkeletonRows } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { CopyButton } from '../../controls/copy-button.tsx';
import { api } from '../../data/api.ts';
import { ProblemStrip } from '../../problem/problem-strip.tsx';
import { centralLink, deviceLink, type ChainLink } from './chain-links.ts';
import classes from './event-pane.module.css';

async function readBefore(entry: LogEntry, device?: string): Promise<LogEntry | undefined> {
  if (entry.position === 1) return undefined;
  const page = await api.events({
    query: { before: entry.position, limit: 1, ...(device === undefined ? {} : { device }) },
  });
  return page.events[0];
}

function useLinks(entry: LogEntry) {
  return useQuery({
    queryKey: ['chain', entry.position],
    queryFn: async () => {
      const { place } = entry;
      const [ofDevice, ofCentre, { epochs }] = await Promise.all([
        place === null ? undefined : readBefore(entry, place.device),
        readBefore(entry),
        api.history(),
      ]);
      return { device: deviceLink(entry, ofDevice), centre: centralLink(entry, ofCentre, epochs) };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function Verdict({ link }: { readonly link: ChainLink }): ReactNode {
  if (link.sound === null) {
    return (
      <p className={classes['verdict']}>
        <IconHelpCircle size={18} aria-hidden="true" />
        <Trans comment="Beside a chain hash: it could not be recomputed.">
          The entry before it is not at hand: not checked.
        </Trans>
      </p>
    );
  }
  return (
    <p className={classes['verdict']} data-sound={link.sound}>
      {link.sound ? (
        <IconCheck size={18} aria-hidden="true" />
      ) : (
        <IconAlertTriangleFilled size={18} aria-hidden="true" />
      )}
      {link.sound ? (
        <Trans comment="Beside a chain hash: recomputed from the bytes, and right.">
          Follows from the entry before it.
        </Trans>
      ) : (
        <Trans comment="Beside a chain hash: recomputed from the bytes, and wrong.">
          Does not follow from the entry before it: bytes were changed.
        </Trans>
      )}
    </p>
  );
}

interface LinkViewProps {
  readonly id: string;
  readonly title: ReactNode;
  readonly link: ChainLink;
}

function LinkView({ id, title, link }: LinkViewProps): ReactNode {
  const { t } = useLingui();
  return (
    <section className={classes['link']} aria-labelledby={id}>
      <h3 id={id} className="ss-body-strong">
        {title}
      </h3>
      <dl>
        <dt>
          <Trans comment="Before a chain hash: of the entry before.">Before</Trans>
        </dt>
        <dd className={classes['hash']}>{link.previous ?? '—'}</dd>
        <dt>
          <Trans comment="Before a chain hash: of this entry.">This</Trans>
        </dt>
        <dd className={classes['hash']}>{link.hash}</dd>
      </dl>
      <Verdict link={link} />
      <div>
        <CopyButton text={link.hash} label={t({ message: 'Copy this hash', comment: 'Button.' })} />
      </div>
    </section>
  );
}

export function EventChain({ entry }: { readonly entry: LogEntry }): ReactNode {
  const links = useLinks(entry);
  if (links.isError) return <ProblemStrip error={links.error} onRetry={() => void links.refetch()} />;
  if (links.data === undefined) return <SkeletonRows rows={6} />;
  const [seq, position] = [formatQuantity(entry.place?.seq ?? 0), formatQuantity(entry.position)];
  return (
    <>
      {links.data.device === null ? (
        <p className="ss-body">
          <Trans comment="Instead of a chain hash: another device handed this event back after a restore.">
            It stands in no device's chain here yet: the device that made it has not sent it since the restore.
          </Trans>
        </p>
      ) : (
        <LinkView
          id="device-chain"
          title={<Trans comment="Title: the chain of hashes of one device.">Its device's chain, entry {seq}</Trans>}
          link={links.data.device}
        />
      )}
      <LinkView
        id="central-chain"
        title={<Trans comment="Title: the chain of hashes of the centre.">Central chain, position {position}</Trans>}
        link={links.data.centre}
      />
    </>
  );
}
