// The three things a person says about a new store. Used by the first-run page and by "Add a store".
import { NativeSelect, TextInput } from '@mantine/core';
import { useLingui } from '@lingui/react/macro';
import { i18n } from '@streamstock/ui';
import { Currency, Name, TimeZone, type NewStore } from '@streamstock/api';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { useField, type Field } from './field.ts';
import { currencyChoices, guessStore, timeZoneChoices } from './store-guess.ts';

export interface StoreForm {
  readonly name: Field;
  readonly currency: Field;
  readonly timeZone: Field;
  /** undefined until everything is right. */
  readonly value: NewStore | undefined;
  readonly show: () => void;
}

export function useStoreForm(): StoreForm {
  const { t } = useLingui();
  const guess = useMemo(
    () => guessStore(new Intl.DateTimeFormat().resolvedOptions().timeZone, navigator.languages),
    [],
  );
  const name = useField(
    Name,
    t({ message: 'Enter a name, like the sign over the door.', comment: 'Beside the field for a store name.' }),
  );
  const currency = useField(Currency, t({ message: 'Choose a currency.', comment: 'Beside a field.' }), guess.currency);
  const timeZone = useField(
    TimeZone,
    t({ message: 'Choose a time zone.', comment: 'Beside a field.' }),
    guess.timeZone,
  );
  const fields = [name, currency, timeZone];
  const value = fields.every((field) => field.isValid)
    ? { name: name.value.trim(), currency: currency.value, timeZone: timeZone.value }
    : undefined;
  return {
    name,
    currency,
    timeZone,
    value,
    show: () => {
      for (const field of fields) field.show();
    },
  };
}

function useChoices(guessedZone: string): { currencies: { value: string; label: string }[]; timeZones: string[] } {
  return useMemo(() => {
    const names = new Intl.DisplayNames([i18n.locale === 'pseudo' ? 'en' : i18n.locale], { type: 'currency' });
    return {
      currencies: currencyChoices(Intl.supportedValuesOf('currency'), (code) => names.of(code) ?? code),
      timeZones: timeZoneChoices(Intl.supportedValuesOf('timeZone'), guessedZone),
    };
  }, [guessedZone]);
}

export function StoreFields({ form }: { readonly form: StoreForm }): ReactNode {
  const { t } = useLingui();
  const { currencies, timeZones } = useChoices(form.timeZone.value);
  return (
    <>
      <TextInput
        label={t({ message: 'Store name', comment: 'Label of a field.' })}
        required
        withAsterisk={false}
        maxLength={120}
        autoComplete="off"
        {...form.name.input}
      />
      <NativeSelect
        label={t({ message: 'Currency', comment: 'Label of a field; of a store.' })}
        description={t({
          message: 'Stays for ever: prices and values of this store are in it.',
          comment: 'Under the label Currency.',
        })}
        data={currencies}
        {...form.currency.input}
      />
      <NativeSelect
        label={t({ message: 'Time zone', comment: 'Label of a field; of a store.' })}
        description={t({ message: 'Decides what "today" is in this store.', comment: 'Under the label Time zone.' })}
        data={timeZones}
        {...form.timeZone.input}
      />
    </>
  );
}
