// Commands about the catalogue and the stores: register, revise, archive, assign a barcode, open a store, revise it, set a
// policy. Head office's commands: from an installation the centre sets their events aside. An edit that is given what its
// author `seen` is stamped past it.
import { draftOf, refuse, type CommandContext, type CommandOptions, type Decision } from '../decider.ts';
import { stampedPast, stampOfFields, type Seen } from '../edit-stamp.ts';
import { EVENT_SCHEMAS, type PayloadOf } from '../payloads.ts';
import type { PolicyRow } from '../policy/policy-tables.ts';
import { optionsRefusal, schemaRefusal } from '../refusal-words.ts';
import type { StoreRow } from '../stores/store-tables.ts';
import type { BarcodeRow, ItemRow } from './catalogue-tables.ts';

export type RegisterItemCommand = PayloadOf<'ItemRegistered'> & CommandOptions;
export type ReviseItemCommand = PayloadOf<'ItemRevised'> & CommandOptions;
export type ArchiveItemCommand = PayloadOf<'ItemArchived'> & CommandOptions;
export type AssignBarcodeCommand = PayloadOf<'BarcodeAssigned'> & CommandOptions;
/** `location` absent: not known. */
export type OpenStoreCommand = Omit<PayloadOf<'StoreOpened'>, 'location'> &
  Partial<Pick<PayloadOf<'StoreOpened'>, 'location'>> &
  CommandOptions;

export type ReviseStoreCommand = PayloadOf<'StoreRevised'> & CommandOptions;
/** The store of the context is the policy's; null: it is the chain's. A field that is absent stays as it is. */
export type SetPolicyCommand = PayloadOf<'StockPolicySet'> & CommandOptions;

export function registerItem(command: RegisterItemCommand, context: CommandContext): Decision {
  return decideForChain('ItemRegistered', command, null, context);
}

export function reviseItem(command: ReviseItemCommand, context: CommandContext, seen?: Seen<ItemRow>): Decision {
  const fields = fieldsOf(command, 'item');
  if (fields.length === 0) return nothingRevised();
  const stamped = seen === undefined ? command : stampedPast(command, seen.now, stampOfFields(seen.row, fields));
  return decideForChain('ItemRevised', stamped, null, context);
}

/** The item is neither sold nor ordered any more; its history stays. */
export function archiveItem(command: ArchiveItemCommand, context: CommandContext, seen?: Seen<ItemRow>): Decision {
  if (seen?.row?.lifecycle === 'archived') {
    return refuse('nothing-revised', 'This item is archived already. Nothing was saved, and nothing needs to be done.');
  }
  const stamped = seen === undefined ? command : stampedPast(command, seen.now, stampOfFields(seen.row, ['lifecycle']));
  return decideForChain('ItemArchived', stamped, null, context);
}

export function assignBarcode(
  command: AssignBarcodeCommand,
  context: CommandContext,
  seen?: Seen<BarcodeRow>,
): Decision {
  const stamped = seen === undefined ? command : stampedPast(command, seen.now, seen.row?.claims[0]);
  return decideForChain('BarcodeAssigned', stamped, null, context);
}

export function openStore(command: OpenStoreCommand, context: CommandContext): Decision {
  return decideForChain('StoreOpened', { location: null, ...command }, command.store, context);
}

export function reviseStore(command: ReviseStoreCommand, context: CommandContext, seen?: Seen<StoreRow>): Decision {
  const fields = fieldsOf(command, 'store');
  if (fields.length === 0) return nothingRevised();
  const stamped = seen === undefined ? command : stampedPast(command, seen.now, stampOfFields(seen.row, fields));
  return decideForChain('StoreRevised', stamped, command.store, context);
}

/** `seen`: the registers of the same store (or of the chain) alone, as `readPolicyRow` gives them. */
export function setPolicy(command: SetPolicyCommand, context: CommandContext, seen?: Seen<PolicyRow>): Decision {
  const fields = fieldsOf(command, 'item');
  if (fields.length === 0) return nothingRevised();
  const stamped = seen === undefined ? command : stampedPast(command, seen.now, stampOfFields(seen.row, fields));
  return decideForChain('StockPolicySet', stamped, context.store, context);
}

/** Names of the fields a command sets, without the entity it is about. */
function fieldsOf(command: CommandOptions & object, entity: string): string[] {
  const { occurredAt: _occurredAt, causationId: _causationId, correlationId: _correlationId, ...fields } = command;
  return Object.entries(fields).flatMap(([name, value]) => (name === entity || value === undefined ? [] : [name]));
}

function nothingRevised(): Decision {
  return refuse('nothing-revised', 'Nothing differs from what is known. Nothing was saved. Change a field first.');
}

type ChainType =
  | 'ItemRegistered'
  | 'ItemRevised'
  | 'ItemArchived'
  | 'BarcodeAssigned'
  | 'StoreOpened'
  | 'StoreRevised'
  | 'StockPolicySet';

function decideForChain<Type extends ChainType>(
  type: Type,
  command: CommandOptions & object,
  store: string | null,
  context: CommandContext,
): Decision {
  const { occurredAt, causationId, correlationId, ...fields } = command;
  const badOption = optionsRefusal(command);
  if (badOption !== null) return badOption;
  const parsed = EVENT_SCHEMAS[type].schema.safeParse(fields);
  if (!parsed.success) return schemaRefusal(parsed.error.issues[0]);
  const payload = parsed.data as PayloadOf<Type>;
  return {
    ok: true,
    drafts: [
      draftOf({ type, store, audience: 'all' }, payload, context, {
        ...given({ occurredAt, causationId, correlationId }),
      }),
    ],
  };
}

function given(options: { [Key in keyof CommandOptions]: CommandOptions[Key] | undefined }): CommandOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
