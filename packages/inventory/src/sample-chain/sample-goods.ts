// The made-up catalogue: about 2,400 items of neighbourhood shops, with names as long and odd as real ones, barcodes with
// valid check digits, and a few prices in tenths of a cent.
import { deriveEventId, sha256, type EventDraft } from '@streamstock/event-log';
import { assignBarcode, registerItem } from '../catalogue/catalogue-deciders.ts';
import type { Money } from '../words.ts';
import { draftsOf, type SampleContext } from './sample-context.ts';
import { seededRandom, type SeededRandom } from './seeded-random.ts';

export interface SampleItem {
  readonly item: string;
  readonly sku: string;
  readonly name: string;
  readonly price: Money | null;
  /** How often it is asked for: 1 for the most wanted item, falling with its rank. */
  readonly popularity: number;
}

interface Family {
  readonly category: string;
  readonly things: readonly string[];
  readonly kinds: readonly string[];
  readonly sizes: readonly string[];
  /** In cents. */
  readonly price: readonly [number, number];
}

const FAMILIES: readonly Family[] = [
  {
    category: 'Drinks',
    things: [
      'Oat drink',
      'Almond drink',
      'Sparkling water',
      'Still water',
      'Orange juice',
      'Apple juice',
      'Lemonade',
      'Iced tea',
      'Tonic water',
      'Kombucha',
      'Ginger beer',
      'Tomato juice',
      'Coconut water',
    ],
    kinds: ['', 'organic', 'unsweetened', 'with ginger', 'barista'],
    sizes: ['1 L', '330 ml', '1.5 L', '6 × 250 ml'],
    price: [79, 499],
  },
  {
    category: 'Coffee & tea',
    things: [
      'Café torrado em grãos',
      'Café moído, moagem média',
      'Espresso capsules',
      'Green tea',
      'Black tea',
      'Chá de camomila',
      'Rooibos',
      'Instant coffee',
      'Decaf coffee beans',
    ],
    kinds: ['', 'fair trade', 'dark roast', 'single origin', 'organic'],
    sizes: ['500 g', '250 g', '20 bags', '1 kg'],
    price: [199, 1_890],
  },
  {
    category: 'Grocery',
    things: [
      'Basmati rice',
      'Wholewheat penne',
      'Spaghetti',
      'Tomato passata',
      'Chickpeas',
      'Red lentils',
      'Couscous',
      'Olive oil extra virgin',
      'Sea salt flakes',
      'Wheat flour',
      'Black beans',
      'Polenta',
    ],
    kinds: ['', 'organic', 'from the Alentejo', 'family pack', 'stone-ground'],
    sizes: ['500 g', '1 kg', '750 ml', '2 kg'],
    price: [89, 1_299],
  },
  {
    category: 'Sweets',
    things: [
      'Dark chocolate 85 %',
      'Milk chocolate',
      'Almond biscuits',
      'Pastéis de nata, frozen',
      'Granola honey',
      'Dried figs',
      'Liquorice',
      'Marmelada',
      'Shortbread',
    ],
    kinds: ['', 'with sea salt', 'organic', 'gift box', 'with hazelnuts'],
    sizes: ['100 g', '200 g', '450 g', '1 kg'],
    price: [129, 999],
  },
  {
    category: 'Dairy',
    things: [
      'Butter salted',
      'Butter unsalted',
      'Greek yoghurt',
      'Natural yoghurt',
      'Feta',
      'Cream',
      'Queijo da Serra',
      'Fresh cheese',
      'Kefir',
    ],
    kinds: ['', 'organic', 'light', 'from pasture', 'lactose-free'],
    sizes: ['250 g', '200 ml', '1 kg', '500 g'],
    price: [99, 1_490],
  },
  {
    category: 'Household',
    things: [
      'Paper towels',
      'Toilet paper',
      'Laundry liquid',
      'Dish soap lemon',
      'Baking paper',
      'Freezer bags',
      'Aluminium foil',
      'Sponges',
      'Bin liners',
      'Candles',
      'Matches',
      'Clothes pegs',
    ],
    kinds: ['', 'recycled', 'extra strong', 'sensitive', 'fragrance-free'],
    sizes: ['4-pack', '8-pack', '20 m', '2 L'],
    price: [99, 1_690],
  },
  {
    category: 'Body care',
    things: [
      'Toothpaste mint',
      'Hand cream',
      'Shampoo',
      'Shower gel',
      'Sun cream SPF 50',
      'Soap bar',
      'Razor blades',
      'Cotton pads',
      'Lip balm',
    ],
    kinds: ['', 'sensitive', 'with olive oil', 'for children', 'travel size'],
    sizes: ['75 ml', '250 ml', '3-pack', '500 ml'],
    price: [119, 1_890],
  },
  {
    category: 'Electrical',
    things: [
      'AA batteries',
      'AAA batteries',
      'LED bulb E27',
      'LED bulb E14',
      'Extension lead',
      'USB-C cable',
      'Night light',
      'Torch',
      'Plug adapter',
    ],
    kinds: ['', 'warm white', 'rechargeable', 'dimmable', 'long life'],
    sizes: ['4-pack', '9 W', '1.5 m', '12-pack'],
    price: [249, 2_490],
  },
  {
    category: 'Hardware',
    things: [
      'Screw 4 × 40, loose',
      'Wall plug 6 mm, loose',
      'Nail 50 mm, loose',
      'Washer M6, loose',
      'Hook',
      'Hinge',
      'Sandpaper',
      'Masking tape',
      'Silicone sealant',
    ],
    kinds: ['', 'zinc-plated', 'stainless', 'brass', 'black'],
    sizes: ['each', 'small', 'large', '50 m'],
    price: [4, 990],
  },
  {
    category: 'Stationery',
    things: [
      'Notebook A5',
      'Ballpoint pen',
      'Wrapping paper',
      'Greeting card',
      'Glue stick',
      'Pencils',
      'Envelopes',
      'Sticky notes',
      'Marker',
    ],
    kinds: ['', 'lined', 'recycled', 'azulejo pattern', 'assorted colours'],
    sizes: ['each', '3-pack', '10-pack', '25-pack'],
    price: [59, 990],
  },
  {
    category: 'Pets',
    things: [
      'Cat food with salmon',
      'Dog food with lamb',
      'Cat litter',
      'Bird seed',
      'Dog biscuits',
      'Chew bone',
      'Fish flakes',
      'Cat toy',
      'Dog lead',
      'Hay',
    ],
    kinds: ['', 'grain-free', 'senior', 'junior', 'organic'],
    sizes: ['400 g', '2 kg', '10 L', '12 × 85 g'],
    price: [89, 2_490],
  },
  {
    category: 'Garden',
    things: [
      'Basil in a pot',
      'Potting soil',
      'Tomato seeds',
      'Watering can',
      'Plant food',
      'Terracotta pot',
      'Garden gloves',
      'String',
      'Seed tray',
      'Lavender in a pot',
    ],
    kinds: ['', 'organic', 'for balconies', 'peat-free', 'hardy'],
    sizes: ['each', '10 L', '500 ml', 'medium'],
    price: [99, 2_990],
  },
];

const LONG_NAME = 'Conserva de sardinhas portuguesas em azeite virgem extra com limão e piri-piri, edição especial';
const ITEMS_MAX = 2_400;

/** The catalogue and the events that make it. */
export function sampleGoods(context: SampleContext): {
  readonly items: readonly SampleItem[];
  readonly drafts: readonly EventDraft[];
} {
  const random = seededRandom(context.seed + 1);
  const items: SampleItem[] = [];
  const drafts: EventDraft[] = [];
  for (const { family, name } of names(random).slice(0, ITEMS_MAX)) {
    const number = 1_000 + items.length * 37;
    const letters = name
      .normalize('NFD')
      .replace(/[^A-Za-z]/g, '')
      .slice(0, 3)
      .toUpperCase();
    const item: SampleItem = {
      item: deriveEventId(sha256, 'sample-item', `${context.seed} ${number}`),
      sku: `${letters}-${number}`,
      name,
      price: priceOf(family, random),
      popularity: 1 / (1 + items.length / 12) ** 0.8,
    };
    items.push(item);
    drafts.push(
      ...eventsOf(item, family.category, items.length, context, random.chance(0.15) ? random.pick([6, 12, 24]) : 1),
    );
  }
  return { items, drafts };
}

/** All names, shuffled so that popularity does not follow the alphabet; the best known item stays first. */
function names(random: SeededRandom): { family: Family; name: string }[] {
  const all = FAMILIES.flatMap((family) =>
    family.things.flatMap((thing) =>
      family.kinds.flatMap((kind) =>
        family.sizes.map((size) => ({ family, name: [thing, kind, size].filter((part) => part !== '').join(' ') })),
      ),
    ),
  );
  for (let index = all.length - 1; index > 1; index -= 1) {
    const other = random.whole(1, index);
    const [a, b] = [all[index], all[other]];
    if (a !== undefined && b !== undefined) [all[index], all[other]] = [b, a];
  }
  const grocery = FAMILIES.find(({ category }) => category === 'Grocery');
  if (grocery !== undefined) all.splice(40, 0, { family: grocery, name: LONG_NAME });
  return all;
}

function priceOf(family: Family, random: SeededRandom): Money | null {
  if (random.chance(0.01)) return null;
  const [least, most] = family.price;
  const cents = Math.round(least * (most / least) ** random.next());
  // Loose hardware is priced by the tenth of a cent.
  if (cents < 30) return { minorUnits: cents * 10 + random.whole(0, 9), scale: 3 };
  return { minorUnits: Math.max(19, Math.floor(cents / 10) * 10 + 9), scale: 2 };
}

function eventsOf(
  item: SampleItem,
  category: string,
  number: number,
  context: SampleContext,
  packSize: number,
): EventDraft[] {
  const { item: id, sku, name, price } = item;
  const command = context.headOffice;
  const registered = registerItem(
    { item: id, sku, name, category, unit: 'piece', quantityScale: 0, price, currency: 'EUR', lifecycle: 'active' },
    command,
  );
  const code = ean13(`560${number.toString().padStart(9, '0')}`);
  const packs = packSize === 1 ? [] : [{ code: ean13(`561${number.toString().padStart(9, '0')}`), packSize }];
  const codes = [{ code, packSize: 1 }, ...packs].map((barcode) => assignBarcode({ item: id, ...barcode }, command));
  return [registered, ...codes].flatMap(draftsOf);
}

/** Twelve digits with their check digit (GS1: weights 1 and 3 from the left). */
export function ean13(digits: string): string {
  const sum = Array.from(digits).reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
