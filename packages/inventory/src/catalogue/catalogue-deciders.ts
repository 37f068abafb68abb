// Commands about the catalogue and the stores: register, revise, assign a barcode, open a store. Head office's commands:
// from an installation the centre sets their events aside.
import { draftOf, refuse, type CommandContext, type CommandOptions, type Decision } from '../decider.ts';
import { EVENT_SCHEMAS, type PayloadOf } from '../payloads.ts';
import { optionsRefusal, schemaRefusal } from '../refusal-words.ts';

export type RegisterItemCommand = PayloadOf<'ItemRegistered'> & CommandOptions;
export type ReviseItemCommand = PayloadOf<'ItemRevised'> & CommandOptions;
export type AssignBarcodeCommand = PayloadOf<'BarcodeAssigned'> & CommandOptions;
/** `location` absent: not known. */
export type OpenStoreCommand = Omit<PayloadOf<'StoreOpened'>, 'location'> &
  Partial<Pick<PayloadOf<'StoreOpened'>, 'location'>> &
  CommandOptions;

export function registerItem(command: RegisterItemCommand, context: CommandContext): Decision {
  return decideForChain('ItemRegistered', command, null, context);
}

export function reviseItem(command: ReviseItemCommand, context: CommandContext): Decision {
  const {
    item: _item,
    occurredAt: _occurredAt,
    causationId: _causationId,
    correlationId: _correlationId,
    ...fields
  } = command;
  if (Object.values(fields).every((value) => value === undefined)) {
    return refuse('nothing-revised', 'Nothing differs from what is known. Nothing was saved. Change a field first.');
  }
  return decideForChain('ItemRevised', command, null, context);
}

export function assignBarcode(command: AssignBarcodeCommand, context: CommandContext): Decision {
  return decideForChain('BarcodeAssigned', command, null, context);
}

export function openStore(command: OpenStoreCommand, context: CommandContext): Decision {
  return decideForChain('StoreOpened', { location: null, ...command }, command.store, context);
}

function decideForChain<Type extends 'ItemRegistered' | 'ItemRevised' | 'BarcodeAssigned' | 'StoreOpened'>(
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
