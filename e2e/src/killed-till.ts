// One till of the browser tier: sells through its screen, and its Chromium is killed right after the screen said Saved, somewhere
// between the tap and that, or while it starts. Owns its profile and the book of what the screen called saved.
//
// 1. After every start the figure on the item's own screen is what the screen said Saved to, to the piece.
// 2. Of a sale whose end nobody saw, all is there or nothing.
// 3. A step that does not come within its time is a problem of its own; it ends that life, and the next one reads the shelf.
import { BrowserProfile } from './support/browser-profile.ts';
import { watchSaved, type SavedWatch } from './support/saved-watch.ts';
import { StoreApp } from './support/store-app.ts';

export const KILLED_ITEM = { sku: 'OAT-1L', name: 'Oat drink 1 L', barcode: '5601234567890', price: '2.10' };

const SALES_PER_LIFE_MAX = 3;
const PIECES_MAX = 3;
/** One life in so many begins and ends without a network. */
const OFFLINE_EVERY = 3;
/** One kill in so many strikes before anybody saw how the sale ended. */
const UNSEEN_EVERY = 4;
const UNSEEN_MS_MAX = 400;
/** One kill in so many strikes while the app starts. */
const STARTING_EVERY = 7;
const STARTING_MS_MAX = 1_500;
/** A busy machine is no finding; a screen that stays away for a minute is. */
const STEP_WITHIN_MS = 60_000;
/** A life that came to nothing is a problem; so many of them say all there is to say. */
const STALLED_LIVES_MAX = 3;
const PROBLEM_CHARACTERS_MAX = 600;

/** Where the time of lives goes. */
export interface KillTimes {
  readonly launchMs: number;
  /** From the address to the figure on the item's screen. */
  readonly shownMs: number;
  readonly salesMs: number;
  readonly killMs: number;
}

/** What the screen called saved, and what was found of sales whose end nobody saw. */
export interface KilledTillBook {
  readonly saved: number;
  /** Sales that must be at head office. */
  readonly sales: number;
  readonly unseen: { readonly kept: number; readonly gone: number };
  readonly times: KillTimes;
  readonly problems: readonly string[];
}

export class KilledTill {
  readonly #url: string;
  readonly #item: string;
  readonly #profile = new BrowserProfile({ stepWithinMs: STEP_WITHIN_MS });
  readonly #problems: string[] = [];
  readonly #times = { launchMs: 0, shownMs: 0, salesMs: 0, killMs: 0 };
  readonly #unseen = { kept: 0, gone: 0 };
  /** Pieces and sales that the screen called saved, or that were found after a life whose end nobody saw. */
  #pieces = 0;
  #sales = 0;
  #saved = 0;
  /** Pieces of the sale whose end is not seen (yet). */
  #doubt: number | null = null;
  #lives = 0;
  #stalledLives = 0;
  #differs = false;

  constructor(url: string, item: string) {
    this.#url = url;
    this.#item = item;
  }

  get book(): KilledTillBook {
    return {
      saved: this.#saved,
      sales: this.#sales,
      unseen: this.#unseen,
      times: this.#times,
      problems: [...this.#problems, ...this.#profile.problems],
    };
  }

  /** Whether going on would tell anything more. */
  get isDone(): boolean {
    return this.#differs || this.#stalledLives >= STALLED_LIVES_MAX;
  }

  async enrol(code: string): Promise<void> {
    await new StoreApp(await this.#profile.start(), this.#url).enrol(code);
    await this.#profile.kill();
  }

  /** Starts it a last time, with a network, and leaves it running so that it sends what is left. */
  async startForGood(): Promise<void> {
    try {
      await this.#readShelf(new StoreApp(await this.#profile.start(), this.#url));
    } catch (error) {
      this.#stalled('the last start', error);
    }
  }

  async dispose(): Promise<void> {
    await this.#profile.dispose();
  }

  /** From a start to a kill. */
  async live(): Promise<void> {
    this.#lives += 1;
    const life = this.#lives;
    try {
      await (life % STARTING_EVERY === 0 ? this.#killedAtStart(life) : this.#killedAtWork(life));
    } catch (error) {
      this.#stalled(`life ${life}`, error);
      await this.#profile.kill();
    }
  }

  #stalled(when: string, error: unknown): void {
    this.#stalledLives += 1;
    this.#problems.push(
      `${when}: ${error instanceof Error ? error.message.slice(0, PROBLEM_CHARACTERS_MAX) : String(error)}`,
    );
  }

  async #killedAtStart(life: number): Promise<void> {
    const page = await this.#profile.start(life % OFFLINE_EVERY === 0);
    void new StoreApp(page, this.#url).open('/sell').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * STARTING_MS_MAX));
    await this.#profile.kill();
  }

  async #killedAtWork(life: number): Promise<void> {
    const lap = stopwatch();
    const page = await this.#profile.start(life % OFFLINE_EVERY === 0);
    const watch = await watchSaved(page.context());
    const app = new StoreApp(page, this.#url);
    this.#times.launchMs += lap();
    await this.#readShelf(app);
    this.#times.shownMs += lap();
    // Within the app, as a person goes: a second start would only cost time.
    await page.keyboard.press('F2');
    await page.getByRole('button', { name: /^Done/ }).waitFor();
    const sales = 1 + (life % SALES_PER_LIFE_MAX);
    for (let sale = 1; sale < sales; sale += 1) {
      await this.#sell(app, 1 + ((life + sale) % PIECES_MAX), async (tap) => await seen(watch, tap));
      this.#confirm();
    }
    const isSeen = life % UNSEEN_EVERY !== 0;
    await this.#sell(app, 1 + ((life + sales) % PIECES_MAX), async (tap) => {
      this.#times.salesMs += lap();
      const before = watch.shown;
      if (isSeen) await seen(watch, tap, async () => await this.#profile.kill());
      else await this.#killSoonAfter(tap);
      // The screen may have been faster than the kill.
      if (isSeen || watch.shown > before) this.#confirm();
    });
    this.#times.killMs += lap();
  }

  async #killSoonAfter(tap: () => Promise<void>): Promise<void> {
    void tap();
    await new Promise((resolve) => setTimeout(resolve, Math.random() * UNSEEN_MS_MAX));
    await this.#profile.kill();
  }

  /** What the screen says after a start, beside what it had called saved. */
  async #readShelf(app: StoreApp): Promise<void> {
    await app.open(`/items/${this.#item}`);
    await app.page.getByTestId('on-hand').filter({ hasText: /[—\d]/ }).waitFor();
    const onHand = (await app.readOnHand()) ?? 0;
    if (this.#doubt !== null && onHand === -(this.#pieces + this.#doubt)) {
      this.#unseen.kept += 1;
      this.#pieces += this.#doubt;
      this.#sales += 1;
    } else if (this.#doubt !== null) this.#unseen.gone += 1;
    this.#doubt = null;
    if (onHand !== -this.#pieces) {
      this.#differs = true;
      this.#problems.push(`${-this.#pieces} pieces were saved, the screen says ${onHand}`);
    }
  }

  /** Scans one sale; its end is in doubt from the tap on. */
  async #sell(app: StoreApp, scans: number, end: (tap: () => Promise<void>) => Promise<void>): Promise<void> {
    for (let scan = 1; scan <= scans; scan += 1) await app.scan(KILLED_ITEM.barcode);
    const done = app.page.getByRole('button', { name: /^Done/ });
    await done.and(app.page.locator(':not([aria-disabled="true"])')).waitFor();
    // Scans of a sale that the last kill cut short are still on the screen: a draft is kept.
    this.#doubt = await piecesOnScreen(app);
    await end(async () => await done.click({ noWaitAfter: true }).catch(() => undefined));
  }

  #confirm(): void {
    this.#pieces += this.#doubt ?? 0;
    this.#doubt = null;
    this.#sales += 1;
    this.#saved += 1;
  }
}

/** Until the screen showed Saved after the tap; `then` follows in the same moment. */
async function seen(
  watch: SavedWatch,
  tap: () => Promise<void>,
  then: () => Promise<void> = async () => await Promise.resolve(),
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const shown = new Promise<void>((resolve, reject) => {
    watch.onNext(resolve);
    timer = setTimeout(() => reject(new Error(`No Saved within ${STEP_WITHIN_MS} ms.`)), STEP_WITHIN_MS);
  });
  try {
    await Promise.all([shown.then(then), tap()]);
  } finally {
    clearTimeout(timer);
  }
}

/** Milliseconds since it was asked last. */
function stopwatch(): () => number {
  let lastMs = performance.now();
  return () => {
    const nowMs = performance.now();
    const lapMs = nowMs - lastMs;
    lastMs = nowMs;
    return lapMs;
  };
}

/** What this sale comes to, as the screen says, in pieces. */
async function piecesOnScreen({ page }: StoreApp): Promise<number> {
  const total = await page.getByTestId('sale-total').innerText();
  return Math.round(Number(total.replaceAll(/[^\d.]/g, '')) / Number(KILLED_ITEM.price));
}
