// A choice between two to four things side by side, in targets that a thumb can hit.
import { SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './segments.module.css';

export interface SegmentsProps<Value extends string> {
  /** Names the choice, read out only. */
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
  readonly fullWidth?: boolean;
}

export function Segments<Value extends string>({
  label,
  value,
  choices,
  onChange,
  fullWidth = false,
}: SegmentsProps<Value>): ReactNode {
  const choose = (chosen: string): void => {
    const choice = choices.find((one) => one.value === chosen);
    if (choice !== undefined) onChange(choice.value);
  };
  return (
    <SegmentedControl
      aria-label={label}
      value={value}
      onChange={choose}
      data={choices.map((one) => ({ ...one }))}
      fullWidth={fullWidth}
      classNames={{ label: classes['label'] ?? '' }}
    />
  );
}
