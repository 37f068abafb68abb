// The window behind the as-of button: a date and a time, typed or picked.
import { Button, Popover, TextInput } from '@mantine/core';
import '@mantine/core/styles/Popover.layer.css';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useServerNow } from '../data/live/live-context.tsx';
import { localInputText, readLocalInput } from '../text/full-moment.ts';
import { AsOfButton } from './as-of-button.tsx';
import type { AsOfControlProps } from './as-of-props.ts';
import classes from './as-of-window.module.css';

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

export interface AsOfWindowProps extends AsOfControlProps {
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}

export function AsOfWindow({ atMs, onChange, open, onOpen }: AsOfWindowProps): ReactNode {
  const { t } = useLingui();
  const nowMs = useServerNow();
  return (
    <Popover opened={open} onChange={onOpen} position="bottom-end" trapFocus returnFocus width={260}>
      <Popover.Target>
        <AsOfButton atMs={atMs} onClick={() => onOpen(!open)} />
      </Popover.Target>
      <Popover.Dropdown
        className={classes['dropdown'] ?? ''}
        aria-label={t({ message: 'Choose a moment', comment: 'Names the small window with the date field.' })}
      >
        <AsOfForm
          atMs={atMs ?? nowMs}
          nowMs={nowMs}
          onChoose={(chosen) => {
            onOpen(false);
            onChange(chosen);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
