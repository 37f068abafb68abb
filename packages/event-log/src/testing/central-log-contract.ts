// The contract suite of central logs: holds any implementation to every guarantee that central-log.ts states.
// An implementation's own test calls `describeCentralLogContract` with a way to open an empty log.
import { describe } from 'vitest';
import { describeAppending } from './central-appending-contract.ts';
import { describeEpochs } from './central-epochs-contract.ts';
import { describeHoles } from './central-holes-contract.ts';
import { describeIdentity } from './central-identity-contract.ts';
import { describeProjecting } from './central-projecting-contract.ts';
import { describeReading } from './central-reading-contract.ts';
import { describeResupply } from './central-resupply-contract.ts';
import { describeRevoked } from './central-revoked-contract.ts';
import { describeOwnEvents } from './central-rulings-contract.ts';
import { describeViews } from './central-view-contract.ts';
import type { OpenCentralLog } from './log-under-test.ts';

export type { OpenedCentralLog } from './log-under-test.ts';

export function describeCentralLogContract(name: string, open: OpenCentralLog): void {
  describe(`central log contract: ${name}`, () => {
    describeAppending(open);
    describeIdentity(open);
    describeOwnEvents(open);
    describeReading(open);
    describeProjecting(open);
    describeEpochs(open);
    describeHoles(open);
    describeRevoked(open);
    describeResupply(open);
    describeViews(open);
  });
}
