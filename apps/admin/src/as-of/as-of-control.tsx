// Chooses the moment a page is about: a date and a time, typed or picked.
import { Button, Popover, TextInput } from '@mantine/core';
import '@mantine/core/styles/Popover.layer.css';
import { useHotkeys } from '@mantine/hooks';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useServerNow } from '../data/live/live-context.tsx';
import { formatDayAndTime, localInputText, readLocalInput } from '../text/full-moment.ts';
import classes from './as-of-control.module.css';

interface AsOfFormProps {
  readonly atMs: number;
  readonly nowMs: number;
  readonly onChoose: (atMs: number) => void;
}

function AsOfForm({ atMs, nowMs, onChoose }: AsOfFormProps): ReactNode {
  const { t } = useLingui();
  const [text, setText] = useState(() => localInputText(atMs));
  const [asked, setAsked] = useState(false);
  const chosen = readLocalInput(text);
  const problem =
    chosen === null
      ? t({ message: 'Enter a date and a time.', comment: 'Beside the field for a moment.' })
      : chosen > nowMs
        ? t({ message: 'That lies ahead. Enter a past moment.', comment: 'Beside the field for a moment.' })
        : null;
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (chosen !== null && problem === null) onChoose(chosen);
  };
  return (
    <form className={classes['form']} onSubmit={onSubmit} noValidate>
      <TextInput
        type="datetime-local"
        label={t({ message: 'Stock as of', comment: 'Label of the field for a past moment.' })}
        value={text}
        max={localInputText(nowMs)}
        onChange={(event) => setText(event.currentTarget.value)}
        error={asked ? problem : null}
        data-autofocus
      />
      <Button type="submit">
        <Trans comment="Button: shows the stock as of the moment entered.">Show that moment</Trans>
      </Button>
    </form>
  );
}

export interface AsOfControlProps {
  /** Unix milliseconds; null = now. */
  readonly atMs: number | null;
  readonly onChange: (atMs: number) => void;
}

export function AsOfControl({ atMs, onChange }: AsOfControlProps): ReactNode {
  const { t } = useLingui();
  const nowMs = useServerNow();
  const [open, setOpen] = useState(false);
  useHotkeys([['t', () => setOpen(true)]]);
  const moment = atMs === null ? null : formatDayAndTime(atMs, nowMs);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus returnFocus width={260}>
      <Popover.Target>
        <Button leftSection={<IconHistory size={16} aria-hidden="true" />} onClick={() => setOpen(!open)}>
          {moment === null ? (
            <Trans comment="Button that asks for a past moment; shown while looking at now. Short.">As of now</Trans>
          ) : (
            <Trans comment="Button that asks for another past moment: as of 17 Nov, 14:20. Short.">
              As of {moment}
            </Trans>
          )}
        </Button>
      </Popover.Target>
      <Popover.Dropdown
        className={classes['dropdown'] ?? ''}
        aria-label={t({ message: 'Choose a moment', comment: 'Names the small window with the date field.' })}
      >
        <AsOfForm
          atMs={atMs ?? nowMs}
          nowMs={nowMs}
          onChoose={(chosen) => {
            setOpen(false);
            onChange(chosen);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
