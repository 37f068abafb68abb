// What is wrong with this device as a whole, in words: its storage, its connection, its place at head office. A part of its own:
// it is fetched with the other screens, and needed rarely.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import type { DeviceStatus } from '@streamstock/device-engine';
import { ErrorStrip, formatAge, formatMoment, formatQuantity } from '@streamstock/ui';
import { useState, type ReactNode } from 'react';
import { askForUpdate } from '../app/updates.ts';
import { useDevice } from '../device/use-device.tsx';
import { ExportButton } from './export-button.tsx';
import { ParkedStrip } from './parked-strip.tsx';
import { PAIR_PATH, useGo } from './use-go.ts';

/** A newer version takes over and loads the page well before. */
const UPDATED_WITHIN_MS = 60_000;

/** Stays until it is dealt with; nothing when all is well. */
export function FaultStrips({ status }: { readonly status: DeviceStatus }): ReactNode {
  return (
    <>
      {status.fault !== null && <FaultStrip key={status.fault.kind} status={status} fault={status.fault} />}
      {status.fault === null && <StandingStrip status={status} />}
    </>
  );
}

function FaultStrip({
  status,
  fault,
}: {
  readonly status: DeviceStatus;
  readonly fault: NonNullable<DeviceStatus['fault']>;
}): ReactNode {
  const { t } = useLingui();
  switch (fault.kind) {
    case 'storage-lost':
      return <StorageLost />;
    case 'storage-full':
      return (
        <ErrorStrip
          what={t({
            message: 'The disk is full: the last change was not saved.',
            comment: 'Across the top of every screen.',
          })}
          safe={t({ message: 'Everything saved before is safe.', comment: 'Follows "The disk is full".' })}
          todo={t({
            message: 'Free some space, then save again.',
            comment: 'Follows "Everything saved before is safe."',
          })}
          actions={<ExportButton />}
        />
      );
    case 'outdated':
      return (
        <ErrorStrip
          tone="warn"
          what={t({
            message: 'A newer version of the app is open on this device. This page can look, but not save.',
            comment: 'Across the top of every screen.',
          })}
          actions={
            <Button onClick={() => location.reload()}>
              {t({ message: 'Load the newer version', comment: 'Button: reloads the page.' })}
            </Button>
          }
        />
      );
    case 'part-missing':
      return <PartMissing />;
    case 'unsent':
      return <NotSending status={status} />;
    case 'wiped':
      return null;
  }
}

function StorageLost(): ReactNode {
  const { t } = useLingui();
  const { clock } = useDevice();
  const [sinceMs] = useState(clock);
  const time = formatMoment(sinceMs, clock());
  return (
    <ErrorStrip
      what={t({ message: 'The device’s storage closed unexpectedly.', comment: 'Read-only bar across the top.' })}
      safe={t({
        message: `Everything saved before ${time} is safe; you can look, but not add.`,
        comment: 'Follows "storage closed unexpectedly"; time is 10:42.',
      })}
      actions={
        <>
          <Button onClick={() => location.reload()}>
            {t({ message: 'Open it again', comment: 'Button: tries to open the storage once more.' })}
          </Button>
          <ExportButton />
        </>
      }
    />
  );
}

function PartMissing(): ReactNode {
  const { t } = useLingui();
  const { engine } = useDevice();
  return (
    <ErrorStrip
      tone="warn"
      what={t({
        message: 'A part of the app is not on this device yet: it can not save or send.',
        comment: 'Across the top of every screen; the rest of the app could not be downloaded.',
      })}
      safe={t({ message: 'Everything saved before is safe.', comment: 'Follows "The disk is full".' })}
      todo={t({ message: 'Connect to the network.', comment: 'What to do when a part of the app is missing.' })}
      actions={
        <Button onClick={() => engine.tryNow()}>{t({ message: 'Try now', comment: 'Button: sends at once.' })}</Button>
      }
    />
  );
}

function NotSending({ status }: { readonly status: DeviceStatus }): ReactNode {
  const { t } = useLingui();
  const { engine, clock } = useDevice();
  const go = useGo();
  const changes = status.unsentCount;
  const age = formatAge(clock() - (status.oldestUnsentAtMs ?? clock()));
  return (
    <ErrorStrip
      tone="warn"
      what={t({
        message: plural(changes, {
          one: `# change has not reached head office for ${age}, though this device is online.`,
          other: `# changes have not reached head office for ${age}, though this device is online.`,
        }),
        comment: 'Across the top of every screen; age is 3 min.',
      })}
      safe={t({ message: 'They are safe here.', comment: 'Follows "changes have not reached head office".' })}
      actions={
        <>
          <Button onClick={() => engine.tryNow()}>
            {t({ message: 'Try now', comment: 'Button: sends at once.' })}
          </Button>
          {go.path !== '/device' && (
            <Button onClick={() => go.to('/device')}>
              {t({ message: 'Show details', comment: 'Button: opens This device.' })}
            </Button>
          )}
        </>
      }
    />
  );
}

/** How head office stands to this device: what it does not take from it, or is about to bring to it. */
function StandingStrip({ status }: { readonly status: DeviceStatus }): ReactNode {
  const { restriction, needs } = status;
  if (restriction?.kind === 'revoked' || needs?.kind === 'revoked') return <Removed />;
  if (needs?.recovery === 'update')
    return <TooOld sends={needs.kind === 'update'} incomplete={status.figuresIncomplete} />;
  if (restriction !== null) return <BeganAnew restriction={restriction.kind} renewal={status.renewal} />;
  if (needs?.kind === 'unauthorised') return <NotKnown />;
  if (needs !== null) return <NotTaken message={needs.message} />;
  if (status.figuresIncomplete) return <Incomplete />;
  return status.parkedCount > 0 ? <ParkedStrip count={status.parkedCount} /> : null;
}

function Removed(): ReactNode {
  const { t } = useLingui();
  return (
    <ErrorStrip
      tone="warn"
      what={t({ message: 'Head office removed this device.', comment: 'Across the top of every screen.' })}
      safe={t({
        message: 'What is saved here is still sent; it counts once a person there has looked at it.',
        comment: 'Follows "Head office removed this device."',
      })}
      todo={t({ message: 'Ask for a new pairing code.', comment: 'What to do when this device was removed.' })}
      actions={<ExportButton />}
    />
  );
}

function useGoesOn(): string {
  const { t } = useLingui();
  return t({
    message: 'Selling goes on; what you save stays on this device until then.',
    comment: 'Follows why head office does not take changes now.',
  });
}

/** `sends`: head office takes what is saved here all the same. */
function TooOld({ sends, incomplete }: { readonly sends: boolean; readonly incomplete: boolean }): ReactNode {
  const { t } = useLingui();
  const [asked, setAsked] = useState<'not' | 'asking' | 'none'>('not');
  const ask = async (): Promise<void> => {
    setAsked('asking');
    if (await askForUpdate()) setTimeout(() => setAsked('none'), UPDATED_WITHIN_MS);
    else setAsked('none');
  };
  return (
    <ErrorStrip
      tone="warn"
      what={t({
        message: 'This version of the app is too old for head office.',
        comment: 'Across the top of every screen.',
      })}
      safe={
        sends && incomplete
          ? t({
              message: 'What you save is sent; until the update items may be missing here, and figures wrong.',
              comment: 'Follows "This version of the app is too old for head office."',
            })
          : sends
            ? t({
                message: 'Selling goes on and is sent; figures stay as they are until the update.',
                comment: 'Follows "This version of the app is too old for head office."',
              })
            : t({
                message: 'Selling goes on; what you save stays on this device until the update.',
                comment: 'Follows "This version of the app is too old for head office."',
              })
      }
      {...(asked === 'none'
        ? {
            todo: t({
              message: 'No newer version could be had just now; the app goes on asking.',
              comment: 'After the button "Update now" found nothing.',
            }),
          }
        : {})}
      actions={
        <Button onClick={() => void ask()} loading={asked === 'asking'}>
          {t({ message: 'Update now', comment: 'Button: installs the newer version.' })}
        </Button>
      }
    />
  );
}

/** Head office was restored from a backup that is older than this device's pairing: nothing but a new pairing helps. */
function NotKnown(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  return (
    <ErrorStrip
      tone="warn"
      what={t({
        message: 'Head office does not know this device any more.',
        comment: 'Across the top of every screen: it was restored from a backup older than the pairing.',
      })}
      safe={t({
        message: 'Selling goes on; everything saved here is kept, and is sent once it is paired again.',
        comment: 'Follows "Head office does not know this device any more."',
      })}
      todo={t({ message: 'Ask for a new pairing code.', comment: 'What to do when this device was removed.' })}
      actions={
        <Button onClick={() => go.to(PAIR_PATH)}>
          {t({ message: 'Pair again', comment: 'Button: opens the screen for a pairing code.' })}
        </Button>
      }
    />
  );
}

/** Head office, or what this device knows of it, began anew: it hands over what it holds, then takes the new figures. */
function BeganAnew({
  restriction,
  renewal,
}: {
  readonly restriction: NonNullable<DeviceStatus['restriction']>['kind'];
  readonly renewal: DeviceStatus['renewal'];
}): ReactNode {
  const { t } = useLingui();
  const done = formatQuantity(renewal?.done ?? 0);
  const step = renewal?.step ?? 'pushing';
  return (
    <ErrorStrip
      tone="quiet"
      what={
        restriction === 'epoch'
          ? t({
              message: 'Head office was restored from a backup.',
              comment: 'Across the top of every screen, for a minute or so.',
            })
          : t({
              message: 'Head office and this device compare what they hold.',
              comment:
                'Across the top of every screen, for a minute or so: this device’s place in the history was not known.',
            })
      }
      safe={t({
        message: 'This device gives back what it holds, then takes the new figures. Selling goes on.',
        comment: 'Follows "Head office was restored from a backup."',
      })}
      {...(step === 'offering'
        ? { todo: t({ message: `${done} changes looked through.`, comment: 'Progress; done is a number.' }) }
        : step === 'fetching'
          ? { todo: t({ message: 'The new figures are coming.', comment: 'Progress after a restore of head office.' }) }
          : step === 'waiting'
            ? {
                todo: t({
                  message: 'The new figures are not there yet; they come by themselves.',
                  comment: 'Progress after a restore of head office.',
                }),
              }
            : {})}
    />
  );
}

function NotTaken({ message }: { readonly message: string }): ReactNode {
  const { t } = useLingui();
  const { engine } = useDevice();
  return (
    <ErrorStrip
      tone="warn"
      what={t({
        message: 'Head office does not take changes from this device now.',
        comment: 'Across the top of every screen.',
      })}
      safe={useGoesOn()}
      actions={
        <Button onClick={() => engine.tryNow()}>{t({ message: 'Try now', comment: 'Button: sends at once.' })}</Button>
      }
      code={message}
    />
  );
}

/** After an update of the app, until the new figures have come. */
function Incomplete(): ReactNode {
  const { t } = useLingui();
  return (
    <ErrorStrip
      tone="quiet"
      what={t({
        message: 'Figures on this device are being brought up to date.',
        comment: 'Across the top of every screen, after an update of the app.',
      })}
      safe={t({
        message: 'Until then items may be missing, and figures wrong. What you save and scan is kept; nothing is lost.',
        comment: 'Follows "Figures on this device are being brought up to date."',
      })}
    />
  );
}
