// Draws the PNG icons from public/icons/icon.svg with a real browser: run by hand after the drawing changed; the pictures are
// committed. `node scripts/make-icons.ts` (Chromium from CHROMIUM, else /usr/bin/chromium).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const icons = fileURLToPath(new URL('../public/icons/', import.meta.url));
const drawing = readFileSync(join(icons, 'icon.svg'), 'utf8');
/** Without its own rounded corners: the system cuts a maskable icon to its own shape. */
const fullBleed = drawing.replace('rx="112" ', '');
/** What matters lies in the inner 80 %: launchers may cut the rest away. */
const safeZone = fullBleed
  .replace('viewBox="0 0 512 512"', 'viewBox="-32 -32 576 576"')
  .replace(/<rect width="512" height="512"/, '<rect x="-32" y="-32" width="576" height="576"');

const pictures = [
  { file: 'icon-192.png', size: 192, svg: drawing },
  { file: 'icon-512.png', size: 512, svg: drawing },
  { file: 'maskable-512.png', size: 512, svg: safeZone },
  { file: 'apple-touch-180.png', size: 180, svg: fullBleed },
];

const folder = mkdtempSync(join(tmpdir(), 'streamstock-icons-'));
try {
  for (const { file, size, svg } of pictures) {
    const page = join(folder, `${file}.html`);
    writeFileSync(page, `<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
    execFileSync(
      CHROMIUM,
      [
        '--headless',
        '--no-sandbox',
        '--hide-scrollbars',
        '--default-background-color=00000000',
        `--window-size=${size},${size}`,
        `--screenshot=${join(icons, file)}`,
        page,
      ],
      { stdio: 'ignore' },
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
