import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ended, newWorkplace, sampleFile, type Workplace } from '../testing/run-command.ts';

const MAPPING = fileURLToPath(new URL('../../../../examples/online-retail.mapping.json', import.meta.url));
const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

let workplace: Workplace;
beforeEach(() => {
  workplace = newWorkplace();
});
afterEach(() => workplace.dispose());

function writeRows(name: string, ...rows: string[]): string {
  writeFileSync(join(workplace.folder, name), `${HEADER}\n${rows.join('\n')}\n`);
  return name;
}

const importing = (file: string) => ['import', 'movements', file, '--mapping', MAPPING] as const;
const sale = (invoice: number, code: number, quantity = 1) =>
  `${invoice},${code},TEA SET,${quantity},2011-03-01 10:00:00,2.55,17850,France`;

describe('import movements', { timeout: 60_000 }, () => {
  it('sets broken rows aside with line number and reason, and takes all others', async () => {
    const file = writeRows(
      'rows.csv',
      sale(1, 10_001, 3),
      sale(2, 10_002).replace(',1,', ',many,'),
      '3,10001,short',
      sale(4, 10_001, 2),
    );
    const report = await workplace.json(...importing(file));
    expect(report).toMatchObject({ rows: 4, rowsSetAside: 2, kinds: { sale: { rows: 2, quantity: 5 } } });
    const setAside = readFileSync(join(workplace.folder, 'rows.csv.set-aside.csv'), 'utf8').split('\n');
    expect(setAside[1]).toMatch(/^3,"?Quantity ""many"" is not a whole number/);
    expect(setAside[2]).toMatch(/^4,"?has 3 fields, the header has 8/);
    expect(await workplace.json('stock')).toEqual({ totalOnHand: -5, lines: 1, stores: { France: -5 } });
  });

  it('takes exact duplicate rows for genuine ones, and a second import adds nothing', async () => {
    const file = writeRows('rows.csv', sale(1, 10_001), sale(1, 10_001), sale(1, 10_001));
    await workplace.json(...importing(file));
    expect(await workplace.json('stock')).toMatchObject({ totalOnHand: -3 });
    expect(await workplace.json(...importing(file))).toMatchObject({ eventsAdded: 0 });
    expect(await workplace.json('stock')).toMatchObject({ totalOnHand: -3 });
  });

  it('refuses a mapping that names other columns, and imports nothing', async () => {
    writeFileSync(join(workplace.folder, 'other.csv'), 'a,b\n1,2\n');
    const { code, stderr } = await workplace.run(...importing('other.csv'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/names columns that .*other\.csv does not have: .*Nothing was imported/s);
    expect(await workplace.json('stock')).toEqual({ totalOnHand: 0, lines: 0, stores: {} });
  });

  it('says which file is missing and leaves no set-aside file behind', async () => {
    const { code, stderr } = await workplace.run(...importing('nowhere.csv'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/There is no file .*nowhere\.csv.*Nothing was imported/);
    expect(existsSync(join(workplace.folder, 'nowhere.csv.set-aside.csv'))).toBe(false);
  });
});

describe('while a server runs there', { timeout: 60_000 }, () => {
  /** Starts the server, does the setup, and returns its address and API key. */
  async function serve(): Promise<{ server: ReturnType<Workplace['start']>; url: string; apiKey: string }> {
    const server = workplace.start('serve');
    const link = await new Promise<RegExpExecArray>((resolve) => {
      let output = '';
      server.stdout?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const found = /(http:\S+)\/admin\/setup#token=(\S+)/.exec(output);
        if (found !== null) resolve(found);
      });
    });
    const [, url = '', token = ''] = link;
    const answer = await fetch(`${url}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({
        token,
        admin: { name: 'Maria', email: 'maria@example.com', password: 'a long enough password' },
        store: { name: 'Lisboa Baixa', currency: 'EUR', timeZone: 'Europe/Lisbon' },
      }),
    });
    const { apiKey } = (await answer.json()) as { apiKey: string };
    return { server, url, apiKey };
  }

  it('goes through it with --server, adds nothing twice, and says so when the folder is opened instead', async () => {
    const file = writeRows('rows.csv', sale(1, 10_001, 3), sale(1, 10_001, 3), sale(2, 10_002, 4));
    const { server, url, apiKey } = await serve();
    const through = ['--server', url, '--api-key', apiKey] as const;
    try {
      expect(await workplace.json(...importing(file), ...through)).toMatchObject({
        rows: 3,
        kinds: { sale: { quantity: 10 } },
      });
      expect(await workplace.json(...importing(file), ...through)).toMatchObject({ eventsAdded: 0 });
      expect(await workplace.json('stock', ...through)).toMatchObject({ totalOnHand: -10, lines: 2 });
      expect(await workplace.json('verify', ...through)).toMatchObject({ intact: true });

      const wrong = await workplace.run('stock');
      expect(wrong.code).toBe(1);
      expect(wrong.stderr).toContain(`Go through it with --server ${url} --api-key KEY`);
    } finally {
      server.kill('SIGTERM');
      await ended(server);
    }
    expect(await workplace.json('stock')).toMatchObject({ totalOnHand: -10, lines: 2 });
    const gone = await workplace.run('stock', ...through);
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain(`No server answers at ${url}`);
  });
});

describe('import items', { timeout: 60_000 }, () => {
  it('registers, then changes only what differs, and refuses what is no name', async () => {
    const write = (text: string) => writeFileSync(join(workplace.folder, 'items.csv'), text);
    write(
      'sku,name,price,barcode,packSize\nTEA-1,Green tea,2.50,4006381333931,1\nTEA-1,Green tea,2.50,14006381333938,12\nBAD,"a\u0007b",,,\n',
    );
    const first = await workplace.json('import', 'items', 'items.csv');
    expect(first).toMatchObject({ rows: 3, itemsRegistered: 1, barcodesAssigned: 2, rowsSetAside: 1 });
    expect(await workplace.json('import', 'items', 'items.csv')).toMatchObject({ eventsAdded: 0, rowsUnchanged: 2 });
    write('sku,name,price\nTEA-1,Green tea 20 bags,2.500\n');
    expect(await workplace.json('import', 'items', 'items.csv')).toMatchObject({ itemsRevised: 1, eventsAdded: 1 });
  });
});

const online = sampleFile('online_retail_slice.csv.gz');

describe.runIf(online !== null)('the real Online Retail file', { timeout: 120_000 }, () => {
  const file = online ?? '';
  // Sums of data/README, UCI "Online Retail" (Chen 2015), CC BY 4.0.
  const KINDS = {
    sale: { rows: 17_801, quantity: 328_980 },
    return: { rows: 313, quantity: -168_145 },
    'adjust out': { rows: 93, quantity: -49_746 },
    'adjust in': { rows: 70, quantity: 13_839 },
    'free gift': { rows: 4, quantity: 12_562 },
    'not stock': { rows: 2_928, quantity: 10_262 },
    'bad debt': { rows: 3, quantity: 3 },
  };

  it('comes in to the unit; a second import adds nothing; everything verifies', async () => {
    expect(await workplace.json(...importing(file))).toMatchObject({ rows: 21_212, rowsSetAside: 0, kinds: KINDS });
    expect(await workplace.json('stock')).toMatchObject({ totalOnHand: -209_304, lines: 975 });
    expect(await workplace.json(...importing(file))).toMatchObject({ kinds: KINDS, eventsAdded: 0 });
    expect(await workplace.json('verify')).toMatchObject({ intact: true });
  });

  it('killed half way and run again ends in the same state', async () => {
    const killed = workplace.start(...importing(file));
    // Standard error says how far it is; in the middle of the appending it is killed without a warning.
    const sawHalf = new Promise<void>((resolve) => {
      killed.stderr?.on(
        'data',
        (chunk: Buffer) => /Importing: .*[1-9][\d,]* events added/.test(chunk.toString()) && resolve(),
      );
    });
    const outcome = ended(killed);
    await Promise.race([sawHalf, outcome]);
    killed.kill('SIGKILL');
    expect((await outcome).code).toBe(null);

    const partly = await workplace.json('stock');
    expect(partly['totalOnHand']).not.toBe(-209_304);
    const again = await workplace.json(...importing(file));
    expect(Number(again['eventsKnown'])).toBeGreaterThan(0);
    expect(again).toMatchObject({ rows: 21_212, kinds: KINDS });
    expect(await workplace.json('stock')).toMatchObject({ totalOnHand: -209_304, lines: 975 });
    expect(await workplace.json('verify')).toMatchObject({ intact: true });
  });
});
