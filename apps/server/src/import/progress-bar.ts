// One line of progress on a terminal (standard error); a few plain lines where there is no terminal.
const WIDTH = 30;
const REDRAW_MS = 100;
const PLAIN_STEP = 0.25;

export class ProgressBar {
  readonly #title: string;
  readonly #total: number;
  readonly #out: NodeJS.WriteStream;
  #drawnAtMs = 0;
  #plainShown = 0;

  constructor(title: string, total: number, out: NodeJS.WriteStream = process.stderr) {
    this.#title = title;
    this.#total = Math.max(1, total);
    this.#out = out;
  }

  update(done: number, words: string): void {
    const part = Math.min(1, done / this.#total);
    if (!this.#out.isTTY) {
      if (part - this.#plainShown < PLAIN_STEP) return;
      this.#plainShown = part;
      this.#out.write(`${this.#title}: ${Math.round(part * 100)} %, ${words}\n`);
      return;
    }
    const nowMs = performance.now();
    if (nowMs - this.#drawnAtMs < REDRAW_MS && part < 1) return;
    this.#drawnAtMs = nowMs;
    const filled = Math.round(part * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    this.#out.write(`\r\u001B[2K${this.#title} ${bar} ${Math.round(part * 100)} %  ${words}`);
  }

  end(): void {
    if (this.#out.isTTY) this.#out.write('\n');
  }
}
