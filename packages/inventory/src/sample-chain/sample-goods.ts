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
    things: ['Oat drink', 'Almond drink', 'Soy drink', 'Rice drink'],
    kinds: ['', 'organic', 'unsweetened', 'barista', 'with calcium'],
    sizes: ['1 L', '330 ml', '1.5 L', '6 × 250 ml'],
    price: [99, 499],
  },
  {
    category: 'Drinks',
    things: [
      'Sparkling water',
      'Still water',
      'Orange juice',
      'Apple juice',
      'Lemonade',
      'Iced tea',
      'Tonic water',
      'Kombucha',
      'Ginger beer',
    ],
    kinds: ['', 'organic', 'with lemon', 'with ginger', 'low sugar'],
    sizes: ['1 L', '330 ml', '1.5 L', '6 × 250 ml'],
    price: [59, 449],
  },
  {
    category: 'Coffee & tea',
    things: ['Café torrado em grãos', 'Café moído, moagem média', 'Decaf coffee', 'Espresso beans', 'Instant coffee'],
    kinds: ['', 'fair trade', 'dark roast', 'single origin', 'organic'],
    sizes: ['250 g', '500 g', '1 kg', '100 g'],
    price: [249, 1_890],
  },
  {
    category: 'Coffee & tea',
    things: ['Green tea', 'Black tea', 'Chá de camomila', 'Rooibos'],
    kinds: ['', 'organic', 'with mint', 'with lemon', 'loose leaf'],
    sizes: ['20 bags', '40 bags', '80 bags', '100 g'],
    price: [149, 799],
  },
  {
    category: 'Grocery',
    things: [
      'Basmati rice',
      'Wholewheat penne',
      'Spaghetti',
      'Chickpeas',
      'Red lentils',
      'Couscous',
      'Wheat flour',
      'Black beans',
      'Polenta',
    ],
    kinds: ['', 'organic', 'from the Alentejo', 'family pack', 'stone-ground'],
    sizes: ['500 g', '1 kg', '2 kg', '5 kg'],
    price: [89, 799],
  },
  {
    category: 'Grocery',
    things: ['Olive oil extra virgin', 'Sunflower oil', 'White wine vinegar', 'Tomato passata'],
    kinds: ['', 'organic', 'from the Douro', 'cold-pressed', 'with basil'],
    sizes: ['250 ml', '500 ml', '750 ml', '1 L'],
    price: [129, 1_290],
  },
  {
    category: 'Sweets',
    things: [
      'Dark chocolate 85 %',
      'Milk chocolate',
      'Almond biscuits',
      'Granola honey',
      'Dried figs',
      'Liquorice',
      'Shortbread',
      'Marmelada',
      'Caramels',
    ],
    kinds: ['', 'with sea salt', 'organic', 'gift box', 'with hazelnuts'],
    sizes: ['100 g', '200 g', '350 g', '450 g'],
    price: [129, 999],
  },
  {
    category: 'Dairy',
    things: [
      'Butter',
      'Greek yoghurt',
      'Natural yoghurt',
      'Feta',
      'Cream',
      'Queijo da Serra',
      'Fresh cheese',
      'Kefir',
      'Ricotta',
    ],
    kinds: ['', 'organic', 'light', 'from pasture', 'lactose-free'],
    sizes: ['125 g', '200 g', '250 g', '500 g'],
    price: [99, 1_490],
  },
  {
    category: 'Household',
    things: [
      'Paper towels',
      'Toilet paper',
      'Freezer bags',
      'Bin liners',
      'Sponges',
      'Candles',
      'Clothes pegs',
      'Napkins',
    ],
    kinds: ['', 'recycled', 'extra strong', 'large', 'white'],
    sizes: ['4-pack', '8-pack', '12-pack', '24-pack'],
    price: [99, 1_290],
  },
  {
    category: 'Household',
    things: ['Laundry liquid', 'Dish soap', 'All-purpose cleaner', 'Fabric softener'],
    kinds: ['', 'lemon', 'sensitive', 'fragrance-free', 'concentrate'],
    sizes: ['500 ml', '1 L', '2 L', 'refill'],
    price: [149, 1_690],
  },
  {
    category: 'Body care',
    things: ['Hand cream', 'Shampoo', 'Shower gel', 'Sun cream SPF 50', 'Body lotion', 'Toothpaste mint'],
    kinds: ['', 'sensitive', 'with olive oil', 'for children', 'with aloe'],
    sizes: ['50 ml', '75 ml', '250 ml', '500 ml'],
    price: [119, 1_890],
  },
  {
    category: 'Body care',
    things: ['Soap bar', 'Razor blades', 'Cotton pads', 'Toothbrush'],
    kinds: ['', 'sensitive', 'soft', 'bamboo', 'classic'],
    sizes: ['each', '2-pack', '3-pack', '6-pack'],
    price: [99, 1_290],
  },
  {
    category: 'Electrical',
    things: ['AA batteries', 'AAA batteries', 'C batteries'],
    kinds: ['', 'rechargeable', 'long life', 'lithium', 'economy'],
    sizes: ['2-pack', '4-pack', '8-pack', '12-pack'],
    price: [249, 1_990],
  },
  {
    category: 'Electrical',
    things: ['LED bulb E27', 'LED bulb E14', 'LED spot GU10'],
    kinds: ['', 'warm white', 'dimmable', 'daylight', 'filament'],
    sizes: ['5 W', '7 W', '9 W', '12 W'],
    price: [249, 1_490],
  },
  {
    category: 'Electrical',
    things: ['Extension lead', 'USB-C cable', 'HDMI cable'],
    kinds: ['', 'white', 'black', 'flat', 'braided'],
    sizes: ['1 m', '1.5 m', '3 m', '5 m'],
    price: [399, 2_490],
  },
  {
    category: 'Hardware',
    things: ['Screw 4 × 40, loose', 'Wall plug 6 mm, loose', 'Nail 50 mm, loose', 'Washer M6, loose'],
    kinds: ['', 'zinc-plated', 'stainless', 'brass', 'black'],
    sizes: ['each', '10 pieces', '50 pieces', '100 pieces'],
    price: [4, 690],
  },
  {
    category: 'Hardware',
    things: ['Masking tape', 'Sandpaper', 'Wire', 'Rope', 'Weather strip'],
    kinds: ['', 'fine', 'strong', 'for outdoors', 'narrow'],
    sizes: ['5 m', '10 m', '25 m', '50 m'],
    price: [199, 1_490],
  },
  {
    category: 'Stationery',
    things: [
      'Notebook A5',
      'Ballpoint pen',
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
    things: ['Cat food with salmon', 'Dog food with lamb', 'Dog biscuits', 'Bird seed', 'Cat treats', 'Hay'],
    kinds: ['', 'grain-free', 'senior', 'junior', 'organic'],
    sizes: ['400 g', '1 kg', '2 kg', '10 kg'],
    price: [89, 2_490],
  },
  {
    category: 'Garden',
    things: ['Terracotta pot', 'Watering can', 'Seed tray', 'Garden gloves', 'Plant label'],
    kinds: ['', 'for balconies', 'green', 'sturdy', 'recycled'],
    sizes: ['small', 'medium', 'large', 'set of 3'],
    price: [99, 2_490],
  },
  {
    category: 'Garden',
    things: ['Potting soil', 'Plant food', 'Lawn seed', 'Compost'],
    kinds: ['', 'organic', 'for tomatoes', 'peat-free', 'for herbs'],
    sizes: ['1 L', '5 L', '10 L', '20 L'],
    price: [199, 2_990],
  },
  {
    category: 'Frozen',
    things: ['Pastéis de nata', 'Peas', 'Spinach', 'Cod fillets', 'Pizza', 'Berries', 'Chips'],
    kinds: ['', 'organic', 'family pack', 'ready to bake', 'from Portugal'],
    sizes: ['300 g', '450 g', '750 g', '1 kg'],
    price: [149, 1_290],
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
