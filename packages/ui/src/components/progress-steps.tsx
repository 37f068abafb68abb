// Progress over known steps with real counts: the first load of a new device. Never a guess; a step without a known total
// shows its count and no bar.
import { useLingui } from '@lingui/react/macro';
import { IconCircle, IconCircleCheck, IconCircleHalf2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatQuantity } from '../format/number.ts';
import { classNames } from './class-names.ts';
import type { IconComponent } from './icon.ts';
import classes from './progress-steps.module.css';

export type ProgressStepState = 'waiting' | 'running' | 'done';

export interface ProgressStep {
  readonly key: string;
  readonly label: string;
  readonly state: ProgressStepState;
  readonly doneCount: number;
  /** Null while unknown. */
  readonly totalCount: number | null;
  /** In place of the counts, where they are no numbers of things: "3 MB of 10 MB". Empty: no words. */
  readonly amount?: string;
}

const icons: Record<ProgressStepState, IconComponent> = {
  waiting: IconCircle,
  running: IconCircleHalf2,
  done: IconCircleCheck,
};

function Counts({ step }: { readonly step: ProgressStep }): ReactNode {
  const { t } = useLingui();
  if (step.state === 'waiting') return null;
  if (step.amount !== undefined) return step.amount;
  const done = formatQuantity(step.doneCount);
  if (step.totalCount === null || step.state === 'done') return done;
  const total = formatQuantity(step.totalCount);
  return t({ message: `${done} of ${total}`, comment: 'Progress of one step; beside its bar; short.' });
}

function Bar({ step }: { readonly step: ProgressStep }): ReactNode {
  if (step.state !== 'running' || step.totalCount === null || step.totalCount === 0) return null;
  const done = Math.min(step.doneCount, step.totalCount);
  return <progress className={classes['bar']} aria-label={step.label} max={step.totalCount} value={done} />;
}

export interface ProgressStepsProps {
  readonly steps: readonly ProgressStep[];
  /** What has become possible: "You can sell now". Announced when it appears. */
  readonly note?: string;
}

export function ProgressSteps({ steps, note }: ProgressStepsProps): ReactNode {
  return (
    <div>
      <ol className={classes['steps']}>
        {steps.map((step) => {
          const Icon = icons[step.state];
          return (
            <li key={step.key} className={classes['step']} data-state={step.state}>
              <Icon aria-hidden="true" />
              <span className="ss-body-strong">{step.label}</span>
              <span className={classNames('ss-meta', classes['count'])}>
                <Counts step={step} />
              </span>
              <Bar step={step} />
            </li>
          );
        })}
      </ol>
      <p className={classes['note']} aria-live="polite">
        {note}
      </p>
    </div>
  );
}
