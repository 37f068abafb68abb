// News of a sale, where it happened: not saved, unknown code, an armed multiplier, taken up again. Stays until dealt with.
import { useLingui } from '@lingui/react/macro';
import { ErrorStrip } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { ContinuedStrip } from '../../documents/goods-strips.tsx';
import { KeeperStrip, ProblemStrip, RefusedStrip, UnknownCodeStrip } from '../../documents/problem-strips.tsx';
import { MultiplierStrip } from '../../documents/multiplier-strip.tsx';
import { SaleUndo } from './sale-dock.tsx';
import type { SaleControl } from './use-sale.ts';

export function SaleStrips({
  sale,
  leaving,
  onMatch,
}: {
  readonly sale: SaleControl;
  readonly leaving: boolean;
  readonly onMatch: () => void;
}): ReactNode {
  const { t } = useLingui();
  const { desk, state, notice, entry } = sale;
  if (desk === null || state === null) return null;
  const what = t({
    message: 'This sale was not saved',
    comment: 'Beginning of "This sale was not saved: the disk is full."',
  });
  const lines =
    state.resumed && state.phase === 'open' && state.doc.lines.undo.length === 0 ? state.doc.lines.lines.length : 0;
  return (
    <>
      {state.problem !== null && (
        <ProblemStrip what={what} problem={state.problem} onTryAgain={() => void desk.commit()} />
      )}
      {state.problem === null && <KeeperStrip keeper={state.keeper} onTryAgain={() => desk.retryKeeping()} />}
      {notice?.kind === 'unknown-code' && (
        <UnknownCodeStrip code={notice.code} onMatch={onMatch} onDismiss={sale.dismissNotice} />
      )}
      {notice?.kind === 'refused' && <RefusedStrip refusal={notice.refusal} onDismiss={sale.dismissNotice} />}
      {entry.multiplier !== null && <MultiplierStrip multiplier={entry.multiplier} onDisarm={sale.disarm} />}
      {state.phase === 'open' && <SaleUndo sale={sale} />}
      {leaving && (
        <ErrorStrip
          tone="quiet"
          what={t({
            message: 'Press Esc again to leave. The sale waits on Today.',
            comment: 'After the first Esc with an unfinished sale.',
          })}
        />
      )}
      {lines > 0 && <ContinuedStrip lines={lines} />}
    </>
  );
}
