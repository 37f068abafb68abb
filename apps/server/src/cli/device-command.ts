// `streamstock device list|revoke`: who may write, and taking that back.
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Device } from '@streamstock/api';
import { recordView } from '../read/freshness.ts';
import { revokeDevice } from '../centre/revoke.ts';
import { CommandProblem } from './command-problem.ts';
import { onTarget, withTargetOptions, type Target, type TargetOptions } from './target.ts';

interface ListOptions extends TargetOptions {
  readonly json?: boolean;
}

interface RevokeOptions extends ListOptions {
  readonly yes?: boolean;
}

const REVOKE_HELP = `
What happens: the device may still send what it has, and all of it is set aside for a person; it gets nothing any more, and
locks itself when it has sent everything. Devices that came out of it by copying (forks) are revoked with it. This can not
be undone: to use it again, pair it anew.`;

export function addDeviceCommands(program: Command): void {
  const group = program.command('device').description('List devices, or take back the access of one');
  withTargetOptions(
    group
      .command('list')
      .description('Show every device: its store, whether it is revoked, how far the centre holds its log')
      .option('--json', 'one JSON object: {devices: [...]}'),
  ).action(async (options: ListOptions) => {
    const devices = await onTarget(options, 'listing devices', devicesOf);
    if (options.json === true) console.log(JSON.stringify({ devices }));
    else printDevices(devices);
  });
  withTargetOptions(
    group
      .command('revoke')
      .argument('<device>', 'its id, or its name when only one is called so')
      .description('Take back the access of a lost or stolen device')
      .option('--yes', 'do not ask')
      .option('--json', 'one JSON object: {revoked: [ids]}')
      .addHelpText('after', REVOKE_HELP),
  ).action(async (device: string, options: RevokeOptions) => {
    const revoked = await onTarget(options, 'revoking', async (target) => {
      const found = findDevice(await devicesOf(target), device);
      await confirm(found, options);
      return await revokeOn(target, found);
    });
    if (options.json === true) console.log(JSON.stringify({ revoked }));
    else console.log(`Revoked: ${revoked.join(', ')}. What it sends from now on is set aside.`);
  });
}

async function devicesOf(target: Target): Promise<readonly Device[]> {
  const devices =
    target.kind === 'server'
      ? (await target.client.devices()).devices
      : (await target.centre.log.devices()).map(recordView);
  return devices.filter(({ kind }) => kind === 'installation');
}

function printDevices(devices: readonly Device[]): void {
  if (devices.length === 0) console.log('No device is enrolled yet.');
  const sorted = devices.toSorted(
    (a, b) => (a.store ?? '').localeCompare(b.store ?? '') || a.label.localeCompare(b.label),
  );
  for (const { device, store, label, parent, revokedAtMs, acceptedSeq } of sorted) {
    const notes = [
      `${acceptedSeq.toLocaleString('en')} events`,
      ...(parent === null ? [] : [`forked from ${parent}`]),
      ...(revokedAtMs === null ? [] : [`revoked ${new Date(revokedAtMs).toISOString().slice(0, 10)}`]),
    ];
    console.log(`${device}  store ${store ?? 'none'}  ${label}  ${notes.join(', ')}`);
  }
}

function findDevice(devices: readonly Device[], wanted: string): Device {
  const byId = devices.find(({ device }) => device === wanted);
  if (byId !== undefined) return byId;
  const byName = devices.filter(({ label }) => label.toLowerCase() === wanted.toLowerCase());
  const [found, another] = byName;
  if (found === undefined) {
    throw new CommandProblem(
      `There is no device "${wanted}". Nothing was changed. "streamstock device list" shows them all.`,
    );
  }
  if (another === undefined) return found;
  const ids = byName.map(({ device, store }) => `${device} (store ${store ?? 'none'})`).join(', ');
  throw new CommandProblem(
    `${byName.length} devices are called "${wanted}": ${ids}. Nothing was changed. Give the id.`,
  );
}

async function confirm({ device, label, revokedAtMs }: Device, { yes }: RevokeOptions): Promise<void> {
  if (yes === true || revokedAtMs !== null) return;
  if (!process.stdin.isTTY) {
    throw new CommandProblem(`Nobody is there to ask. Nothing was changed. Give --yes to revoke ${label} (${device}).`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(
      `Revoke ${label} (${device})? It may still send what it has; all of it is set aside. This can not be undone. [y/N] `,
    );
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandProblem('Nothing was changed.');
  } finally {
    terminal.close();
  }
}

async function revokeOn(target: Target, { device }: Device): Promise<readonly string[]> {
  if (target.kind === 'server') return (await target.client.revokeDevice({ params: { device } })).revoked;
  const { log, revocations } = target.centre;
  const nowMs = Date.now();
  return await revokeDevice({ log, revocations }, device, nowMs, async () => await log.revokeDevice(device, nowMs));
}
