// Count: choose what, count line by line, review the differences. Selling goes on meanwhile.
import { useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { RecordState } from '@streamstock/ui';
import { useEffect, useEffectEvent, useState } from 'react';
import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { DeskNotOpen, isNotOpen } from '../../documents/desk-not-open.tsx';
import { Screen } from '../../shell/screen.tsx';
import { useGo } from '../../shell/use-go.ts';
import { useStockLines } from '../today/use-store-facts.ts';
import { WHOLE_STORE_AREA } from '@streamstock/inventory';
import { CountChoice } from './count-choice.tsx';
import type { CountDesk } from './count-desk.ts';
import { CountLines } from './count-lines.tsx';
import { CountReview } from './count-review-screen.tsx';
import classes from './count-screen.module.css';
import { SCOPE_ITEMS_MAX } from './count-head.ts';
import { useCountDesk } from './use-count.ts';

export function CountScreen({ draft }: { readonly draft: string | null }): ReactNode {
  const { t } = useLingui();
  const { desk, state } = useCountDesk(draft);
  const [reviewing, setReviewing] = useState(false);
  const title = t({
    message: 'Count',
    comment: 'Verb on a tile and in the rail: count the shelf. 10 letters at most.',
  });
  useDirectStart(desk, draft);
  const session = state?.session ?? null;
  if (desk === null || state === null || isNotOpen(state.phase))
    return <DeskNotOpen phase={state?.phase} title={title} newPath="/count" />;
  if (state.phase === 'done') return <Finished title={title} />;
  if (session === null || state.phase === 'idle') return <CountChoice desk={desk} />;
  if (reviewing) return <CountReview desk={desk} state={state} session={session} onBack={() => setReviewing(false)} />;
  return <CountLines desk={desk} state={state} session={session} onReview={() => setReviewing(true)} />;
}

/** Opened from an item, or from the task of recounts: the list is known already. */
function useDirectStart(desk: CountDesk | null, draft: string | null): void {
  const [params] = useSearchParams();
  const item = params.get('item');
  const recount = params.has('recount');
  const lines = useStockLines();
  const begin = useEffectEvent((opened: CountDesk) => {
    const flagged = lines?.filter((line) => line.recount).map((line) => line.item) ?? [];
    const items = item === null ? flagged : [item];
    if (items.length === 0) return;
    void opened
      .start({ area: WHOLE_STORE_AREA, blind: false, scope: { kind: 'items', items: items.slice(0, SCOPE_ITEMS_MAX) } })
      .then(() => {
        if (item !== null) opened.act({ kind: 'take-in-hand', item });
      });
  });
  const isKnown = item !== null || (recount && lines !== undefined);
  useEffect(() => {
    if (desk !== null && draft === null && isKnown) begin(desk);
  }, [desk, draft, isKnown]);
}

function Finished({ title }: { readonly title: string }): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  return (
    <Screen title={title} leave={{ kind: 'close', to: '/' }}>
      <div className={classes['finished']} data-testid="count-saved">
        <RecordState state="saved" size="large" withWord />
        <span className="ss-title">{t({ message: 'The count is finished.', comment: 'End of a count.' })}</span>
        <Button variant="filled" onClick={() => go.to('/')}>
          {t({ message: 'Back to Today', comment: 'Button at the end of a count.' })}
        </Button>
      </div>
    </Screen>
  );
}
