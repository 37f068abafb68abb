// The button at the end of every page's head that opens the account window.
import { ActionIcon, type ActionIconProps } from '@mantine/core';
import { useLingui } from '@lingui/react/macro';
import { IconUserCircle } from '@tabler/icons-react';
import type { ComponentPropsWithRef, ReactNode } from 'react';

export interface AccountButtonProps
  extends ActionIconProps, Pick<ComponentPropsWithRef<'button'>, 'onClick' | 'onPointerEnter' | 'ref'> {
  /** Of the person. */
  readonly name: string;
}

/** Takes on what the window behind it needs of its target. */
export function AccountButton({ name, ...rest }: AccountButtonProps): ReactNode {
  const { t } = useLingui();
  return (
    <ActionIcon
      {...rest}
      aria-label={t({
        message: `Account of ${name}`,
        comment: 'Button that opens who is signed in, colours and signing out.',
      })}
      title={name}
    >
      <IconUserCircle size={20} aria-hidden="true" />
    </ActionIcon>
  );
}
