// This device: is my work safe, what waits, and how the device itself is doing.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { formatAge, formatMoment, formatQuantity, useColorScheme, useMinute, type ColorScheme } from '@streamstock/ui';
import { IconAlertTriangle, IconChevronRight } from '@tabler/icons-react';
import { useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { observeUpdates, updateNow, updateState } from '../../app/updates.ts';
import { COPY_KEY, readCopyMade } from '../../device/export-copy.ts';
import { useDevice, useLive, useStatus } from '../../device/use-device.tsx';
import { readSoundSetting, writeSoundSetting, type SoundSetting } from '../../scanning/sound-setting.ts';
import { ExportButton } from '../../shell/export-button.tsx';
import { Screen } from '../../shell/screen.tsx';
import { Segments } from '../../shell/segments.tsx';
import { useGo } from '../../shell/use-go.ts';
import { useScanToItem } from '../../shell/use-scan-to-item.tsx';
import { useOpenDrafts, useStore } from '../today/use-store-facts.ts';
import classes from './device-screen.module.css';
import { megabytes } from './megabytes.ts';
import { SignOut } from './sign-out.tsx';

/** A clock that is off by more than this is a fault of the device. */
const CLOCK_OFF_MS = 5 * 60_000;
const SECOND_MS = 1_000;

export function DeviceScreen(): ReactNode {
  const { t } = useLingui();
  const strip = useScanToItem();
  return (
    <Screen
      title={t({
        message: 'This device',
        comment: 'Name of the screen about this device, and of the sign that opens it.',
      })}
      top={strip}
    >
      <Safe />
      <div className={classes['columns']}>
        <div>
          <OutboxRow />
          <HeardRow />
          <StorageRow />
          <ClockRow />
        </div>
        <div>
          <SoundRow />
          <LooksRow />
          <VersionRow />
          <IdentityRow />
        </div>
      </div>
      <SignOut />
    </Screen>
  );
}

/** One sentence that answers "is my work safe?" */
function Safe(): ReactNode {
  const { t } = useLingui();
  const { engine, clock } = useDevice();
  const status = useStatus();
  const now = useMinute();
  const copy = useLive(COPY_KEY, (device) => readCopyMade(device.engine), { causes: ['local'] }).value;
  const unsent = status.unsentCount;
  const since = formatMoment(status.connectionSinceMs, now);
  const age = formatAge(clock() - (status.oldestUnsentAtMs ?? clock()));
  const copyTime = copy === undefined || copy === null ? '' : formatMoment(copy.atMs, now);
  return (
    <section className={classes['safe']}>
      <p className="ss-meta">
        {status.connection === 'offline'
          ? t({ message: `Offline since ${since}`, comment: 'On "This device"; time is 09:03.' })
          : status.connection === 'online'
            ? t({ message: `Connected since ${since}`, comment: 'On "This device"; time is 09:03.' })
            : status.connection === 'needsYou'
              ? t({
                  message: `Not connected since ${since}`,
                  comment: 'On "This device": head office refused it; time is 09:03.',
                })
              : t({ message: 'Connecting', comment: 'Connection sign in the header; short.' })}
      </p>
      <p className="ss-title" data-testid="safe-sentence">
        {unsent === 0
          ? status.needsAttentionCount === 0
            ? t({
                message: 'Everything saved here is also at head office.',
                comment: 'On "This device": is my work safe?',
              })
            : t({
                message: 'Nothing waits to be sent, but something needs attention.',
                comment: 'On "This device": is my work safe? A record was set aside or spoilt.',
              })
          : t({
              message: plural(unsent, {
                one: '# change saved on this device',
                other: '# changes saved on this device',
              }),
              comment: 'On "This device": is my work safe?',
            })}
      </p>
      {unsent > 0 && (
        <p className="ss-body">
          {t({
            message: `oldest ${age} · nothing is lost`,
            comment: 'Under "changes saved on this device"; age is 38 min.',
          })}
        </p>
      )}
      <div className={classes['actions']}>
        <Button onClick={() => engine.tryNow()}>{t({ message: 'Try now', comment: 'Button: sends at once.' })}</Button>
        <ExportButton />
        {copyTime !== '' && (
          <span className="ss-meta">
            {t({ message: `Last copy ${copyTime}`, comment: 'Beside "Export a copy"; time is 09:41; short.' })}
          </span>
        )}
      </div>
    </section>
  );
}

function Row({
  label,
  value,
  warn = false,
  action,
}: {
  readonly label: string;
  readonly value: ReactNode;
  readonly warn?: boolean;
  readonly action?: ReactNode;
}): ReactNode {
  return (
    <div className={classes['row']}>
      <span>{label}</span>
      <span className={classes['value']} data-warn={warn}>
        {warn && <IconAlertTriangle size={20} aria-hidden="true" />}
        {value}
      </span>
      {action}
    </div>
  );
}

function OutboxRow(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const { unsentCount, needsAttentionCount } = useStatus();
  return (
    <a
      className={classes['row']}
      href={go.href('/device/outbox')}
      onClick={(event) => {
        event.preventDefault();
        go.to('/device/outbox');
      }}
    >
      <span>
        {t({
          message: 'Waiting to be sent',
          comment: 'Title of the list of unsent records; also a row of "This device".',
        })}
      </span>
      <span className={classes['value']} data-warn={needsAttentionCount > 0}>
        {needsAttentionCount > 0 &&
          `${t({
            message: plural(needsAttentionCount, { one: '# needs attention', other: '# need attention' }),
            comment: 'Records of this device that await a person; short.',
          })} · `}
        <span className="figure" data-testid="unsent">
          {formatQuantity(unsentCount)}
        </span>
      </span>
      <IconChevronRight size={20} aria-hidden="true" data-mirror="" />
    </a>
  );
}

function HeardRow(): ReactNode {
  const { t } = useLingui();
  const now = useMinute();
  const status = useStatus();
  const before = useLive('last heard', (device) => device.heardBefore(), { causes: [] }).value ?? null;
  const lastHeardAtMs = status.lastHeardAtMs ?? before;
  return (
    <Row
      label={t({ message: 'Last heard from head office', comment: 'Row of "This device".' })}
      value={
        lastHeardAtMs === null
          ? t({ message: 'not yet', comment: 'Value of "Last heard from head office" before the first word; short.' })
          : formatMoment(lastHeardAtMs, now)
      }
    />
  );
}

function StorageRow(): ReactNode {
  const { t } = useLingui();
  const { engine } = useDevice();
  const { storage } = useStatus();
  const [refused, setRefused] = useState(false);
  const label = t({ message: 'Storage', comment: 'Row of "This device". One word.' });
  if (storage === null)
    return (
      <Row
        label={label}
        value={t({ message: 'unknown', comment: 'A value that this browser does not tell; short.' })}
      />
    );
  const used = megabytes(storage.usedBytes);
  const quota = megabytes(storage.quotaBytes);
  const amount = t({
    message: `${used} of ${quota}`,
    comment: 'Storage used and available, "212 MB of 4.1 GB"; short.',
  });
  if (storage.persisted)
    return (
      <Row
        label={label}
        value={t({ message: `${amount} · kept`, comment: 'Storage that the browser promised not to clear; short.' })}
      />
    );
  const ask = async (): Promise<void> => setRefused(!(await engine.persist().catch(() => false)));
  return (
    <Row
      label={label}
      warn
      value={
        refused
          ? t({
              message: `${amount} · not kept: install the app, then ask again`,
              comment: 'Storage that the browser may clear, after it did not agree; short.',
            })
          : t({
              message: `${amount} · may be cleared`,
              comment: 'Storage that the browser may clear by itself; short.',
            })
      }
      action={
        <Button onClick={() => void ask()}>
          {t({ message: 'Ask to keep it', comment: 'Button: asks the browser for persistent storage; short.' })}
        </Button>
      }
    />
  );
}

function ClockRow(): ReactNode {
  const { t } = useLingui();
  const { clockOffsetMs } = useStatus();
  const label = t({ message: 'Clock', comment: 'Row of "This device". One word.' });
  if (clockOffsetMs === null)
    return (
      <Row
        label={label}
        value={t({ message: 'not compared yet', comment: 'Value of "Clock" before the first connection; short.' })}
      />
    );
  const seconds = Math.round(Math.abs(clockOffsetMs) / SECOND_MS);
  const off =
    seconds < 60
      ? t({ message: `${seconds} s`, comment: 'A short time in seconds.' })
      : formatAge(Math.abs(clockOffsetMs));
  const warn = Math.abs(clockOffsetMs) > CLOCK_OFF_MS;
  const words =
    seconds === 0
      ? t({ message: 'right', comment: 'Value of "Clock": not off; one word.' })
      : clockOffsetMs > 0
        ? t({ message: `${off} behind`, comment: 'Value of "Clock"; off is "2 s"; short.' })
        : t({ message: `${off} ahead`, comment: 'Value of "Clock"; off is "2 s"; short.' });
  return (
    <Row
      label={label}
      warn={warn}
      value={
        warn
          ? `${words} · ${t({ message: 'set it to automatic in the system settings', comment: 'What to do about a wrong clock; short.' })}`
          : words
      }
    />
  );
}

function SoundRow(): ReactNode {
  const { t } = useLingui();
  const [sound, setSound] = useState(readSoundSetting);
  const label = t({ message: 'Sound', comment: 'Row of "This device": which scans sound. One word.' });
  const choose = (setting: SoundSetting): void => {
    writeSoundSetting(setting);
    setSound(setting);
  };
  return (
    <Row
      label={label}
      value={
        <Segments
          label={label}
          value={sound}
          onChange={choose}
          choices={[
            { value: 'every', label: t({ message: 'Every scan', comment: 'Choice of "Sound"; short.' }) },
            {
              value: 'problems',
              label: t({ message: 'Problems', comment: 'Choice of "Sound": only scans that need a look; short.' }),
            },
            { value: 'off', label: t({ message: 'Off', comment: 'Choice of "Sound"; one word.' }) },
          ]}
        />
      }
    />
  );
}

function LooksRow(): ReactNode {
  const { t } = useLingui();
  const [scheme, choose] = useColorScheme();
  const label = t({ message: 'Looks', comment: 'Row of "This device": light or dark. One word.' });
  return (
    <Row
      label={label}
      value={
        <Segments<ColorScheme>
          label={label}
          value={scheme}
          onChange={choose}
          choices={[
            {
              value: 'auto',
              label: t({ message: 'System', comment: 'Choice of "Looks": as the system is set; one word.' }),
            },
            { value: 'light', label: t({ message: 'Light', comment: 'Choice of "Looks"; one word.' }) },
            { value: 'dark', label: t({ message: 'Dark', comment: 'Choice of "Looks"; one word.' }) },
          ]}
        />
      }
    />
  );
}

function VersionRow(): ReactNode {
  const { t } = useLingui();
  const { waiting, offlineReady } = useSyncExternalStore(observeUpdates, updateState);
  const drafts = useOpenDrafts() ?? [];
  const busy = drafts.some(({ held }) => !held);
  const version = import.meta.env.STREAMSTOCK_VERSION;
  const value = waiting
    ? busy
      ? t({
          message: 'An update is ready. It installs when this sale is finished.',
          comment: 'Row of "This device", while a sale is unfinished.',
        })
      : t({ message: `${version} · an update is ready`, comment: 'Row of "This device"; a version number; short.' })
    : offlineReady
      ? t({
          message: `${version} · opens without a network`,
          comment: 'Row of "This device"; a version number; short.',
        })
      : version;
  return (
    <Row
      label={t({ message: 'Version', comment: 'Row of "This device". One word.' })}
      value={value}
      action={
        waiting && (
          <Button onClick={updateNow}>
            {t({ message: 'Update now', comment: 'Button: installs the newer version.' })}
          </Button>
        )
      }
    />
  );
}

function IdentityRow(): ReactNode {
  const { t } = useLingui();
  const { enrolled } = useStatus();
  const store = useStore();
  const end = enrolled?.device.slice(-4) ?? '';
  const { name } = store;
  return (
    <Row
      label={t({ message: 'Device', comment: 'Place: tab at the bottom of a phone. One word.' })}
      value={t({
        message: `${name} · ends in ${end}`,
        comment: 'Row of "This device": the store, and the last letters of the device’s id.',
      })}
    />
  );
}
