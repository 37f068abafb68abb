// Where a person types or pastes what they look for. Its text is the caller's; Escape clears it before it does anything else.
import { useLingui } from '@lingui/react/macro';
import { IconSearch, IconX } from '@tabler/icons-react';
import type { KeyboardEvent, ReactNode, Ref } from 'react';
import classes from './search-field.module.css';

/** Longer than any name, SKU or code we keep. */
const queryLengthMax = 200;

export interface SearchFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Says what can be found; also the placeholder. */
  readonly label: string;
  /** Enter. */
  readonly onSubmit?: () => void;
  /** At the end: the camera button on touch, the shortcut in the admin view. */
  readonly trailing?: ReactNode;
  readonly inputRef?: Ref<HTMLInputElement>;
}

export function SearchField({ value, onChange, label, onSubmit, trailing, inputRef }: SearchFieldProps): ReactNode {
  const { t } = useLingui();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') onSubmit?.();
    if (event.key === 'Escape' && value !== '') {
      event.stopPropagation();
      onChange('');
    }
  };
  return (
    <search className={classes['field']}>
      <IconSearch aria-hidden="true" />
      <input
        className={classes['input']}
        type="search"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        maxLength={queryLengthMax}
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        {...(inputRef === undefined ? {} : { ref: inputRef })}
      />
      <button
        type="button"
        className={classes['clear']}
        data-empty={value === ''}
        aria-label={t({ message: 'Clear search', comment: 'Empties the search field.' })}
        onClick={() => onChange('')}
      >
        <IconX aria-hidden="true" />
      </button>
      {trailing}
    </search>
  );
}
