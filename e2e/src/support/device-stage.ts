// What tests of a till begin with: a server, its office with one store and one item, and tills that are paired with it. Owns all of
// them until `dispose`.
import { expect, type Page } from '@playwright/test';
import { BrowserProfile } from './browser-profile.ts';
import { importItems, setUpOffice, type Office } from './office.ts';
import { startServer, type TestServer } from './server.ts';
import { StoreApp } from './store-app.ts';

export const OAT = { sku: 'OAT-1L', name: 'Oat drink 1 L', barcode: '5601234567890', price: '2.10' };

export interface Till {
  readonly profile: BrowserProfile;
  readonly app: StoreApp;
  readonly page: Page;
}

export class DeviceStage {
  server: TestServer;
  readonly office: Office;
  /** Id of the item. */
  readonly oat: string;
  readonly #profiles: BrowserProfile[] = [];

  private constructor(server: TestServer, office: Office, oat: string) {
    this.server = server;
    this.office = office;
    this.oat = oat;
  }

  static async open(): Promise<DeviceStage> {
    const server = await startServer();
    try {
      const office = await setUpOffice(server, 'Lisboa Baixa');
      await importItems(server, office, [OAT]);
      return new DeviceStage(server, office, (await office.client.items()).items[0]?.item ?? '');
    } catch (error) {
      await server.dispose();
      throw error;
    }
  }

  async dispose(): Promise<void> {
    for (const profile of this.#profiles) await profile.dispose();
    await this.server.dispose();
  }

  newProfile(): BrowserProfile {
    const profile = new BrowserProfile();
    this.#profiles.push(profile);
    return profile;
  }

  async newCode(): Promise<string> {
    return (await this.office.client.createPairingCode({ params: { store: this.office.firstStore } })).code;
  }

  async newTill(): Promise<Till> {
    const profile = this.newProfile();
    const page = await profile.start();
    const app = new StoreApp(page, this.server.url);
    await app.enrol(await this.newCode());
    return { profile, app, page };
  }

  /** `between`: while nothing runs there. */
  async restartServer(between: () => Promise<void>): Promise<void> {
    const { dataFolder, url } = this.server;
    await this.server.stop();
    await between();
    this.server = await startServer({ dataFolder, port: Number(new URL(url).port) });
  }

  async onHandAtOffice(): Promise<number> {
    const { items, onHand } = await this.office.client.stock();
    return onHand[items.findIndex(([id]) => id === this.oat)]?.[0] ?? 0;
  }

  expectNoProblems(): void {
    expect(this.#profiles.flatMap(({ problems }) => problems)).toEqual([]);
  }
}
