// When a field says that it is not right: never while a person is still typing in it for the first time.
import { useState } from 'react';
import type * as z from 'zod/mini';
import { safeParse } from 'zod/mini';

export interface Field {
  readonly value: string;
  readonly isValid: boolean;
  /** For the input element: value, change, blur and, once it was left or asked for, the error. */
  readonly input: {
    readonly value: string;
    readonly onChange: (event: { readonly currentTarget: { readonly value: string } }) => void;
    readonly onBlur: () => void;
    readonly error: string | null;
  };
  /** Shows the error now, for example because a person wants to go on. */
  readonly show: () => void;
  readonly set: (value: string) => void;
}

/** `message`: what to enter, in the person's language. */
export function useField(schema: z.ZodMiniType<string, string>, message: string, initial = ''): Field {
  const [value, set] = useState(initial);
  const [shown, setShown] = useState(false);
  const isValid = safeParse(schema, value).success;
  return {
    value,
    isValid,
    input: {
      value,
      onChange: (event) => set(event.currentTarget.value),
      onBlur: () => setShown((was) => was || value !== ''),
      error: shown && !isValid ? message : null,
    },
    show: () => setShown(true),
    set,
  };
}
