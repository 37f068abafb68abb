// Run as its own process: tries to open a log for writing and says how that went.
import { testSeal } from '@streamstock/event-log/testing/central-fixtures';
import { openSqliteCentralLog } from '../sqlite-central-log.ts';

try {
  const log = openSqliteCentralLog({ path: process.argv[2] ?? '', mode: 'write', seal: testSeal, nowMs: 0 });
  await log.close();
  process.stdout.write('opened');
} catch (error) {
  process.stdout.write(error instanceof Error ? `${error.name}: ${error.message}` : 'unknown');
}
