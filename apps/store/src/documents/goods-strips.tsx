// News of a delivery, return or correction, where it happened. Stays until dealt with.
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { ErrorStrip } from '@streamstock/ui';
import type { ReactNode } from 'react';
import { GoodsUndo } from './goods-undo.tsx';
import { MultiplierStrip } from './multiplier-strip.tsx';
import { KeeperStrip, ProblemStrip, RefusedStrip, UnknownCodeStrip } from './problem-strips.tsx';
import type { AnyGoodsControl } from './use-goods.ts';

export function GoodsStrips({
  goods,
  notSaved,
  saved,
  onMatch,
}: {
  readonly goods: AnyGoodsControl;
  readonly notSaved: string;
  readonly saved: string;
  readonly onMatch: () => void;
}): ReactNode {
  const { desk, state, notice, entry } = goods;
  if (desk === null || state === null) return null;
  const lines =
    state.resumed && state.phase === 'open' && state.doc.lines.undo.length === 0 ? state.doc.lines.lines.length : 0;
  return (
    <>
      {state.problem !== null && (
        <ProblemStrip what={notSaved} problem={state.problem} onTryAgain={() => void desk.commit()} />
      )}
      {state.problem === null && <KeeperStrip keeper={state.keeper} onTryAgain={() => desk.retryKeeping()} />}
      {notice?.kind === 'unknown-code' && (
        <UnknownCodeStrip code={notice.code} onMatch={onMatch} onDismiss={goods.dismissNotice} />
      )}
      {notice?.kind === 'refused' && <RefusedStrip refusal={notice.refusal} onDismiss={goods.dismissNotice} />}
      {entry.multiplier !== null && <MultiplierStrip multiplier={entry.multiplier} onDisarm={goods.disarm} />}
      {state.phase === 'open' && <GoodsUndo goods={goods} message={saved} />}
      {lines > 0 && <ContinuedStrip lines={lines} />}
    </>
  );
}

export function ContinuedStrip({ lines }: { readonly lines: number }): ReactNode {
  const { t } = useLingui();
  return (
    <ErrorStrip
      tone="quiet"
      what={t({
        message: plural(lines, { one: 'Continued. # line was safe.', other: 'Continued. # lines were safe.' }),
        comment: 'An unfinished sale or count was found on the device.',
      })}
    />
  );
}
