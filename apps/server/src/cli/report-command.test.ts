import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AbcFigures } from '../report/abc-figures.ts';
import type { RestockFigures } from '../report/restock-figures.ts';
import { ended, newWorkplace, sampleFile, type Workplace } from '../testing/run-command.ts';

const MAPPING = fileURLToPath(new URL('../../../../examples/online-retail.mapping.json', import.meta.url));
const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

let workplace: Workplace;
beforeEach(() => {
  workplace = newWorkplace();
});
afterEach(() => workplace.dispose());

const importing = (file: string) => ['import', 'movements', file, '--mapping', MAPPING] as const;
const restock = async (...options: string[]) =>
  (await workplace.json('report', 'restock', ...options)) as unknown as RestockFigures;

/** 60 days on which 3 are sold, and an order of 50,000 that was cancelled after some minutes. */
function writeTrade(): string {
  const day = (index: number): string => new Date(Date.UTC(2011, 2, 1 + index)).toISOString().slice(0, 10);
  const rows = Array.from(
    { length: 60 },
    (_, index) => `${1_000 + index},10001,TEA SET,3,${day(index)} 10:00:00,2.5,1,France`,
  );
  rows.push(`2000,10001,TEA SET,50000,${day(59)} 11:00:00,2.5,7,France`);
  rows.push(`C2001,10001,TEA SET,-50000,${day(59)} 11:12:00,2.5,7,France`);
  rows.push(`2002,10002,TEA POT,1,${day(59)} 12:00:00,100,7,Spain`);
  writeFileSync(join(workplace.folder, 'rows.csv'), `${HEADER}\n${rows.join('\n')}\n`);
  return 'rows.csv';
}

describe('report restock', { timeout: 60_000 }, () => {
  it('proposes from demand without what was cancelled, says what was assumed, and names the day it reckons from', async () => {
    await workplace.json(...importing(writeTrade()));
    const figures = await restock('--store', 'france');
    expect(figures.lastDay).toBe('2011-04-29');
    expect(figures.assumptions).toHaveLength(4);
    expect(figures.lines).toHaveLength(1);
    expect(figures.lines[0]).toMatchObject({
      store: 'France',
      sku: '10001',
      demand: { perDay: 3, days: 60, daysUsed: 60, sold: 50_180, cancelled: 50_000, mostInADay: 3 },
      available: null,
      quantity: 63,
      arithmetic: { reorderPoint: 21, safetyStock: 0, coveredDemand: 63, targetStock: 63, shortfall: 63 },
    });
    const { stdout } = await workplace.run('report', 'restock');
    expect(stdout).toContain('→ Order 63.');
    expect(stdout).toContain('no lead time is set: 7 days');
    expect(stdout).toContain('Too little history to forecast');
  });

  it('says in plain words what is wrong with an option or missing', async () => {
    const empty = await workplace.run('report', 'restock');
    expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining('There is no data at')]);
    await workplace.json(...importing(writeTrade()));
    const store = await workplace.run('report', 'restock', '--store', 'Mars');
    expect(store.stderr).toMatch(/There is no store "Mars"\. Known: .*France/);
    const top = await workplace.run('report', 'restock', '--top', 'many');
    expect([top.code, top.stderr]).toEqual([1, expect.stringContaining('a whole number from 1 to 500')]);
  });

  it('reads beside a running server', async () => {
    await workplace.json(...importing(writeTrade()));
    const server = workplace.start('serve');
    try {
      await new Promise<void>((resolve) => server.stdout?.once('data', () => resolve()));
      expect((await restock('--top', '1')).lines).toHaveLength(1);
    } finally {
      server.kill('SIGTERM');
      await ended(server);
    }
  });
});

describe('report abc', { timeout: 60_000 }, () => {
  it('classes items by revenue less refunds', async () => {
    await workplace.json(...importing(writeTrade()));
    const { from, to, items } = (await workplace.json('report', 'abc')) as unknown as AbcFigures;
    expect([from, to]).toEqual(['2010-04-30', '2011-04-29']);
    expect(items.map(({ sku, class: abc, netRevenue, rank }) => [sku, abc, netRevenue, rank])).toEqual([
      ['10001', 'A', '450.00', 1],
      ['10002', 'B', '100.00', 2],
    ]);
  });
});

const online = sampleFile('online_retail_slice.csv.gz');

describe.runIf(online !== null)('the real Online Retail file', { timeout: 120_000 }, () => {
  it('S13 the cancelled orders of 80,995 and 74,215 are not in demand; 20 proposals with their arithmetic', async () => {
    await workplace.json(...importing(online ?? ''));
    const { lastDay, lines } = await restock('--top', '20');
    expect(lastDay).toBe('2011-12-09');
    expect(lines).toHaveLength(20);
    for (const { arithmetic: sums, quantity } of lines) {
      expect(sums.shortfall).toBe((sums.targetStock ?? 0) - sums.position);
      expect(quantity).toBe(sums.rounded);
    }
    const all = (await restock('--top', '500')).lines;
    expect(all.map(({ sku }) => sku)).not.toContain('23843');
    const jar = all.find(({ sku, store }) => sku === '23166' && store === 'United Kingdom');
    expect(jar?.demand.cancelled).toBeGreaterThanOrEqual(74_215);
    expect(jar?.demand.mostInADay).toBeLessThan(2_000);

    const { items } = (await workplace.json('report', 'abc')) as unknown as AbcFigures;
    expect(items.find(({ sku }) => sku === '23843')).toMatchObject({ class: 'C', sold: 80_995, returned: 80_995 });
    expect(items[0]).toMatchObject({ class: 'A', rank: 1 });
  });
});
