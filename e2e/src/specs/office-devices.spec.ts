// What head office sees and does about devices, by clicks: who is back after a restore, going on without the others, what is missing
// or was not taken, and taking back a device's access. Leaves pictures of each for people to look at.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { AdminView } from '../support/admin-view.ts';
import { BrowserProfile } from '../support/browser-profile.ts';
import { streamstockOn } from '../support/cli.ts';
import { spoilNewest } from '../support/disk-damage.ts';
import { lookInBothThemes, SIZES } from '../support/looks.ts';
import { importItems, setUpOffice } from '../support/office.ts';
import { outsiderSends } from '../support/outsider.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { StoreApp } from '../support/store-app.ts';

const OAT = { sku: 'OAT-1L', name: 'Oat drink 1 L', barcode: '5601234567890', price: '2.10' };
const SOON = { timeout: 30_000 };

let server: TestServer;
const profiles: BrowserProfile[] = [];

test.beforeEach(async () => {
  server = await startServer();
});

test.afterEach(async () => {
  for (const profile of profiles.splice(0)) await profile.dispose();
  await server.dispose();
});

test('head office goes on after a restore, reads what is missing and what was not taken, and removes a device', async () => {
  test.setTimeout(240_000);
  const office = await setUpOffice(server, 'Lisboa Baixa');
  await importItems(server, office, [OAT]);
  const newCode = async () => (await office.client.createPairingCode({ params: { store: office.firstStore } })).code;
  const tillProfile = new BrowserProfile();
  const officeProfile = new BrowserProfile({ viewport: SIZES[2] });
  profiles.push(tillProfile, officeProfile);
  const till = new StoreApp(await tillProfile.start(), server.url);
  await till.enrol(await newCode());
  // A ruling that only head office may write.
  const forged = { target: '01890000-0000-7000-8000-000000000000', reason: 'resolved' };
  await outsiderSends(server, await newCode(), 'scale 2', [{ type: 'EventVoided', payload: forged }]);
  const backup = server.backupFolder;
  await streamstockOn(server.dataFolder, 'backup', backup);
  await tillProfile.setOffline(true);
  await till.sell(OAT.barcode, 1);
  await spoilNewest(till.page, 'StockSold');
  await till.sell(OAT.barcode, 2);
  const port = Number(new URL(server.url).port);
  await server.stop();
  await streamstockOn(server.dataFolder, 'restore', backup);
  server = await startServer({ dataFolder: server.dataFolder, port });
  await till.page.reload();
  await tillProfile.setOffline(false);

  const admin = new AdminView(await officeProfile.start(), server.url);
  const { page } = admin;
  await admin.signIn();
  await expect(page.getByText(/^Restored .* from the backup of /)).toBeVisible();
  await expect(page.getByText('1 device is back, 1 not yet.')).toBeVisible(SOON);
  await lookInBothThemes(page, 'admin', 'stock-restored');
  await page
    .getByRole('button', { name: 'Show devices' })
    .or(page.getByRole('link', { name: 'Show devices' }))
    .click();
  const row = (device: string) => page.getByRole('row').filter({ hasText: device });
  await expect(row('scale 2').getByText('not back yet')).toBeVisible();
  await expect(page.getByText("A stretch of a device's events is missing.")).toBeVisible(SOON);
  await lookInBothThemes(page, 'admin', 'devices-restored');
  await page.getByRole('button', { name: 'Go on without them…' }).click();
  await expect(page.getByText(/could be confirmed again elsewhere/)).toBeVisible();
  await lookInBothThemes(page, 'admin', 'devices-go-on');
  await page.getByRole('button', { name: 'Go on now' }).click();
  await expect(page.getByText('Automatic work goes on without them.')).toBeVisible();

  await page.getByRole('button', { name: 'Show what is missing' }).click();
  const pane = page.getByRole('complementary', { name: 'Missing events' });
  await expect(pane.getByText(/, entry 1$/).first()).toBeVisible();
  await expect(pane.getByText('it speaks for this server, without its seal')).toBeVisible();
  await pane.getByRole('button', { name: 'Show the bytes' }).click();
  await expect(pane.locator('pre')).toContainText('"type":"EventVoided"');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    pane.getByRole('button', { name: 'Save as a file' }).click(),
  ]);
  expect(readFileSync(await file.path(), 'utf8')).toBe(await pane.locator('pre').innerText());
  await lookInBothThemes(page, 'admin', 'devices-missing');
  await page.keyboard.press('Escape');

  const label = (await office.client.devices()).devices.find(
    ({ kind, label: name }) => kind === 'installation' && name !== 'scale 2',
  )?.label;
  await row(label ?? '')
    .getByRole('gridcell')
    .first()
    .click();
  await page.getByRole('button', { name: 'Revoke…' }).click();
  await expect(page.getByText(`Take back the access of ${label}?`)).toBeVisible();
  await lookInBothThemes(page, 'admin', 'devices-revoke');
  await page.getByRole('button', { name: 'Keep' }).click();
  await expect(row(label ?? '').getByText('revoked')).toHaveCount(0);
  await page.getByRole('button', { name: 'Revoke…' }).click();
  await page.getByRole('button', { name: `Revoke ${label}` }).click();
  await expect(row(label ?? '').getByText('revoked')).toBeVisible();
  await expect(page.getByText(/^Revoked .*\.$/)).toBeVisible();
  await lookInBothThemes(page, 'admin', 'devices-revoked');
  await expect(till.page.getByText('Head office removed this device. Nothing more can be saved here.')).toBeVisible(
    SOON,
  );
  expect(profiles.flatMap(({ problems }) => problems)).toEqual([]);
});

test('what was not taken is counted, and shown page by page', async () => {
  const office = await setUpOffice(server, 'Lisboa Baixa');
  const officeProfile = new BrowserProfile({ viewport: SIZES[2] });
  profiles.push(officeProfile);
  const forged = { type: 'EventVoided', payload: { target: 'nothing', reason: 'forged' } };
  const { code } = await office.client.createPairingCode({ params: { store: office.firstStore } });
  await outsiderSends(
    server,
    code,
    'scale 2',
    Array.from({ length: 130 }, () => forged),
  );
  const admin = new AdminView(await officeProfile.start(), server.url);
  const { page } = admin;
  await admin.signIn();
  await admin.open('/stores');
  await page.getByRole('button', { name: /^Show what/ }).click();
  const pane = page.getByRole('complementary', { name: 'Events not taken' });
  await expect(pane.getByText('100 of 130 shown')).toBeVisible();
  await expect(pane.getByText('scale 2, entry 31')).toBeVisible();
  await pane.getByRole('button', { name: 'Show older ones' }).click();
  await expect(pane.getByText('scale 2, entry 1', { exact: true })).toBeVisible();
  await expect(pane.getByRole('button', { name: 'Show older ones' })).toHaveCount(0);
  await expect(pane.getByRole('listitem')).toHaveCount(130);
  await pane.getByRole('button', { name: 'Show the bytes' }).last().click();
  await expect(pane.locator('pre')).toContainText('"reason":"forged"');
  expect(officeProfile.problems).toEqual([]);
});
