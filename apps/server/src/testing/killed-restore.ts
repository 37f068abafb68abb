// A restore that ends in the middle, as by a power switch: kills its own process before the n-th step. For tests, as a program:
//   node killed-restore.ts DATA_FOLDER BACKUP_FOLDER N
// Ends with 0 when there is no n-th step.
import { restoreBackup } from '../backup/restore.ts';
import { dataFiles, lockDataFolder } from '../data-folder.ts';
import { openKeys } from '../secrets.ts';

const [dataFolder = '', backupFolder = '', n = ''] = process.argv.slice(2);
const outcome = lockDataFolder(dataFolder, 'a restore that is killed');
if (!outcome.ok) throw new Error('The folder is taken.');
let steps = 0;
await restoreBackup({
  dataFolder,
  backupFolder,
  keys: openKeys(dataFiles(dataFolder).key),
  otherKey: false,
  nowMs: Date.now(),
  onStep: () => {
    steps += 1;
    if (steps === Number(n)) process.kill(process.pid, 'SIGKILL');
  },
});
outcome.lock.release();
