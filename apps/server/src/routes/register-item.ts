// Registering an item by API: decide everything first, then write it as one. Owns the check that its SKU and barcodes are free.
import { nativeSha256 } from '@streamstock/log-sql';
import type { RouteInput } from '@streamstock/api';
import type { EventDraft } from '@streamstock/event-log';
import { assignBarcode, findBarcode, registerItem, type CommandContext, type Decision } from '@streamstock/inventory';
import { appendAtHeadOffice, headOfficeContext } from '../centre/writers.ts';
import { HttpProblem } from '../http/problems.ts';
import { itemIdOf } from '../import/item-id.ts';
import type { Centre } from '../services.ts';
import { refusalProblem } from './refusal-problem.ts';

/** The new item's id, once it is on disk and in the read models. Throws a problem; then nothing was written. */
export async function registerNewItem(
  centre: Centre,
  wanted: RouteInput<'registerItem'>['body'],
  actor: string,
  nowMs: number,
): Promise<string> {
  const { barcodes, ...fields } = wanted;
  if (centre.view.hasSku(fields.sku)) throw taken('sku', 'An item with this SKU is registered already.');
  for (const [index, { code }] of barcodes.entries()) {
    if ((await findBarcode(centre.log.tables, code)) !== undefined)
      throw taken(`barcodes.${index}.code`, 'This barcode belongs to another item.');
  }
  const item = itemIdOf(nativeSha256, fields.sku);
  const context: CommandContext = headOfficeContext(null, actor, nowMs);
  const drafts = [
    ...decided(registerItem({ item, ...fields, lifecycle: 'active' }, context), ''),
    ...barcodes.flatMap(({ code, packSize }, index) =>
      decided(assignBarcode({ code, item, packSize }, context), `barcodes.${index}.`),
    ),
  ];
  await appendAtHeadOffice(centre.log, centre.appendOwn, drafts);
  await centre.inReadModels();
  return item;
}

function decided(decision: Decision, at: string): readonly EventDraft[] {
  if (decision.ok) return decision.drafts;
  throw refusalProblem(decision.refusal, at);
}

function taken(path: string, message: string): HttpProblem {
  return new HttpProblem(
    'conflict',
    `${message} Nothing was saved.`,
    'Use another one, or change the item that has it.',
    { fields: [{ path, message }] },
  );
}
