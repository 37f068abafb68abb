// The end of the first run: the API key, shown this once, and the pairing code of the first store.
import { Button } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import type { SetupResult } from '@streamstock/api';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { GatePage } from '../../frame/gate-page.tsx';
import { PairingCodePanel } from '../../pairing/pairing-code-panel.tsx';
import { CopyButton } from '../../controls/copy-button.tsx';
import classes from './setup-done.module.css';

function ApiKey({ apiKey }: { readonly apiKey: string }): ReactNode {
  const { t } = useLingui();
  return (
    <section className={classes['part']} aria-labelledby="api-key">
      <h2 id="api-key" className="ss-title">
        <Trans comment="Title over the API key.">API key</Trans>
      </h2>
      <p className="ss-body">
        <Trans comment="Over the API key.">
          For the command line and other programs. It is shown this once: keep it where you keep passwords.
        </Trans>
      </p>
      <div className={classes['key']}>
        <code className={classes['code']} data-testid="api-key">
          {apiKey}
        </code>
        <CopyButton text={apiKey} label={t({ message: 'Copy the API key', comment: 'Button.' })} />
      </div>
    </section>
  );
}

export function SetupDone({ result }: { readonly result: SetupResult }): ReactNode {
  const storeName = result.store.name;
  return (
    <GatePage title={<Trans comment="Title at the end of the first run.">Ready for the first device</Trans>}>
      <ApiKey apiKey={result.apiKey} />
      <section className={classes['part']} aria-labelledby="first-device">
        <h2 id="first-device" className="ss-title">
          <Trans comment="Title over the pairing code.">Pair a device with {storeName}</Trans>
        </h2>
        <PairingCodePanel store={result.store.id} storeName={storeName} initial={result.pairingCode} />
      </section>
      <Button component={Link} to="/stock" variant="filled" className={classes['go'] ?? ''}>
        <Trans comment="Button at the end of the first run; leads to the stock matrix.">Go to Stock</Trans>
      </Button>
    </GatePage>
  );
}
