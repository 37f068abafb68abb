// Catches what a screen could not do: its files are missing (a new version took their place), or a bug. Says what is safe and
// offers to load the page again; the rest of the app keeps its place.
import { useLingui } from '@lingui/react/macro';
import { ErrorStrip } from '@streamstock/ui';
import { Component } from 'react';
import type { ReactNode } from 'react';
import { PlainButton } from '../shell/plain-button.tsx';

interface Caught {
  readonly error: unknown;
}

export class MissingPart extends Component<{ readonly children: ReactNode }, Caught> {
  override state: Caught = { error: null };

  static getDerivedStateFromError(error: unknown): Caught {
    return { error: error ?? new Error('Unknown') };
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <Broken error={this.state.error} />;
  }
}

function Broken({ error }: { readonly error: unknown }): ReactNode {
  const { t } = useLingui();
  return (
    <ErrorStrip
      what={t({ message: 'This screen did not open.', comment: 'A part of the app could not be loaded or stopped.' })}
      safe={t({
        message: 'Everything that was saved is safe on this device.',
        comment: 'Follows "This screen did not open."',
      })}
      actions={
        <PlainButton onClick={() => location.reload()}>
          {t({ message: 'Load it again', comment: 'Button: reloads the page.' })}
        </PlainButton>
      }
      code={error instanceof Error ? `${error.name}: ${error.message}` : String(error)}
    />
  );
}
