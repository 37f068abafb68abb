// The form of the first run. Owns what is typed; nothing is kept anywhere until it is sent as a whole.
import { Button, PasswordInput, TextInput } from '@mantine/core';
import '@mantine/core/styles/PasswordInput.layer.css';
import { Trans, useLingui } from '@lingui/react/macro';
import {
  Email,
  Name,
  NewPassword,
  PASSWORD_CHARACTERS_MIN,
  Secret,
  type SetupRequest,
  type SetupResult,
} from '@streamstock/api';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { api } from '../../data/api.ts';
import { useField, type Field } from '../../forms/field.ts';
import { StoreFields, useStoreForm } from '../../forms/store-fields.tsx';
import { ProblemStrip } from '../../problem/problem-strip.tsx';
import { NumberedBlock } from './numbered-block.tsx';
import classes from './setup-form.module.css';

interface PersonForm {
  readonly name: Field;
  readonly email: Field;
  readonly password: Field;
  readonly isValid: boolean;
}

function usePersonForm(): PersonForm {
  const { t } = useLingui();
  const name = useField(Name, t({ message: 'Enter your name.', comment: 'Beside a field.' }));
  const email = useField(Email, t({ message: 'Enter an e-mail address.', comment: 'Beside a field.' }));
  const password = useField(
    NewPassword,
    t({
      message: `Use ${PASSWORD_CHARACTERS_MIN} characters or more.`,
      comment: 'Beside the field for a new password.',
    }),
  );
  return { name, email, password, isValid: name.isValid && email.isValid && password.isValid };
}

function PersonFields({ form }: { readonly form: PersonForm }): ReactNode {
  const { t } = useLingui();
  return (
    <>
      <TextInput
        label={t({ message: 'Your name', comment: 'Label of a field.' })}
        autoComplete="name"
        maxLength={120}
        {...form.name.input}
      />
      <TextInput
        label={t({ message: 'E-mail', comment: 'Label of a field.' })}
        description={t({ message: 'You sign in with it. No mail is sent.', comment: 'Under the label E-mail.' })}
        type="email"
        autoComplete="username"
        {...form.email.input}
      />
      <PasswordInput
        label={t({ message: 'Password', comment: 'Label of a field.' })}
        description={t({
          message: `${PASSWORD_CHARACTERS_MIN} characters or more; a short sentence is good.`,
          comment: 'Under the label Password of a new account.',
        })}
        autoComplete="new-password"
        {...form.password.input}
      />
    </>
  );
}

/** Where the link was opened without its token: it can be pasted. */
function TokenField({ field }: { readonly field: Field }): ReactNode {
  const { t } = useLingui();
  return (
    <TextInput
      label={t({ message: 'Setup token', comment: 'Label of a field on the first-run page.' })}
      description={t({
        message:
          'The server printed a setup link when it started. Open that link, or paste what follows "token=" here.',
        comment: 'Under the label Setup token.',
      })}
      autoComplete="off"
      spellCheck={false}
      {...field.input}
    />
  );
}

function Goods(): ReactNode {
  return (
    <>
      <p className="ss-body">
        <Trans comment="First-run page, block Goods.">
          Items come from a CSV file or from the shops themselves. Start empty now; the command line brings a file in at
          any time, with the API key that you get next:
        </Trans>
      </p>
      <pre className={classes['command']}>streamstock import items items.csv</pre>
      <p className={classes['hint']}>
        <Trans comment="First-run page, block Goods; demo is a command and stays as it is.">
          Only want to look around? Stop this server and start <code>pnpm demo</code>: a made-up chain in a folder of
          its own.
        </Trans>
      </p>
    </>
  );
}

export interface SetupFormProps {
  /** Empty when the address carries none. */
  readonly token: string;
  readonly onDone: (result: SetupResult) => void;
}

export function SetupForm({ token, onDone }: SetupFormProps): ReactNode {
  const { t } = useLingui();
  const person = usePersonForm();
  const store = useStoreForm();
  const tokenField = useField(Secret, t({ message: 'Paste the token of the setup link.', comment: 'Beside a field.' }));
  const [asksToken] = useState(token === '');
  const setUp = useMutation({ mutationFn: async (body: SetupRequest) => await api.setUp({ body }), onSuccess: onDone });

  const usedToken = asksToken ? tokenField.value.trim() : token;
  const personDone = person.isValid && usedToken !== '';
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!personDone || store.value === undefined) return;
    const admin = { name: person.name.value.trim(), email: person.email.value, password: person.password.value };
    setUp.mutate({ token: usedToken, admin, store: store.value });
  };

  return (
    <form className={classes['form']} onSubmit={onSubmit} noValidate>
      <NumberedBlock number={1} title={<Trans comment="First-run page: block about the first admin.">You</Trans>} open>
        {asksToken && <TokenField field={tokenField} />}
        <PersonFields form={person} />
      </NumberedBlock>
      <NumberedBlock
        number={2}
        title={<Trans comment="First-run page: block about the first store.">First store</Trans>}
        open={personDone}
        later={
          <Trans comment="First-run page, under the title of the second block.">
            Name, currency and time zone. Opens when 1 is filled in.
          </Trans>
        }
      >
        <StoreFields form={store} />
      </NumberedBlock>
      <NumberedBlock
        number={3}
        title={<Trans comment="First-run page: block about the first items.">Goods</Trans>}
        open={personDone && store.value !== undefined}
        later={
          <Trans comment="First-run page, under the title of the third block.">
            Where the items come from. Opens when 2 is filled in.
          </Trans>
        }
      >
        <Goods />
        {setUp.isError && <ProblemStrip error={setUp.error} />}
        <Button type="submit" variant="filled" className={classes['submit'] ?? ''} loading={setUp.isPending}>
          <Trans comment="Button that finishes the first run without items.">Start empty</Trans>
        </Button>
      </NumberedBlock>
    </form>
  );
}
